"""Cases that a demo begins with: told line by line through the same acts that people use, with the city's clock moved back and forward again.

Invariants: nothing is written but by an act, so every case of the demo has its record, its letters and its leaves in the ledger in the order of time; what time
itself does (silence, lapse, escalation) is done by the worker's own sweep; the lines stand in the city's `demo/stories.yaml`, never here.
"""

from __future__ import annotations

from tongban.house.stories.reading import Line, Story, StoryError, has_stories, read_stories
from tongban.house.stories.telling import first_morning, tell

__all__ = ["Line", "Story", "StoryError", "first_morning", "has_stories", "read_stories", "tell"]
