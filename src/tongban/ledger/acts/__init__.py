"""What may be done to the record: append an act, sequence what was appended, erase an entry's content."""

from tongban.ledger.acts.append import Beside, append, append_all
from tongban.ledger.acts.erase import erase
from tongban.ledger.acts.sequence import sequence
from tongban.ledger.core.act import Act

__all__ = ["Act", "Beside", "append", "append_all", "erase", "sequence"]
