"""What stands on a map of a paper."""

from __future__ import annotations

MAP_COLUMNS = 10  # places a row
MAP_MARKS = {"open": "·", "answered": "✓", "flagged": "?", "here": "›"}
MAP_NAMES = {"open": "map_open", "answered": "map_answered", "flagged": "map_flagged", "here": "map_here"}  # in words
