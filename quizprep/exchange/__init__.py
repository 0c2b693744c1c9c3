"""Questions for other programs, and from them: Anki, tables, Moodle and Canvas, printed sheets."""
