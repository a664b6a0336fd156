"""The algebra of a bundle: several services' forms and needs become one.

Invariants: what two parts ask is asked once, what two parts need of one register for one key is asked for once; a question stands in the merged form
exactly where some part that is needed would ask it and nothing answers or supplies it; which questions, papers and needs there are does not depend on
the order in which the parts are written, only their order on the page does.
"""

from __future__ import annotations

from tongban.catalogue.core.merging.joined import Merged, merge
from tongban.catalogue.core.merging.plan import Member, Names, Plan, Problem, merged_vocabulary, name_questions

__all__ = ["Member", "Merged", "Names", "Plan", "Problem", "merge", "merged_vocabulary", "name_questions"]
