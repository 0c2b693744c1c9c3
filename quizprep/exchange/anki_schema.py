"""An Anki collection as every version reads it, schema 11: its tables, and what the rows of ``col`` hold.

Source: Anki's own ``schema11.sql`` and the JSON of note types, decks and options as the desktop program writes it.
"""

from __future__ import annotations

from typing import Any

TABLES = """
CREATE TABLE col (
  id integer PRIMARY KEY, crt integer NOT NULL, mod integer NOT NULL, scm integer NOT NULL, ver integer NOT NULL,
  dty integer NOT NULL, usn integer NOT NULL, ls integer NOT NULL, conf text NOT NULL, models text NOT NULL,
  decks text NOT NULL, dconf text NOT NULL, tags text NOT NULL
);
CREATE TABLE notes (
  id integer PRIMARY KEY, guid text NOT NULL, mid integer NOT NULL, mod integer NOT NULL, usn integer NOT NULL,
  tags text NOT NULL, flds text NOT NULL, sfld integer NOT NULL, csum integer NOT NULL, flags integer NOT NULL,
  data text NOT NULL
);
CREATE TABLE cards (
  id integer PRIMARY KEY, nid integer NOT NULL, did integer NOT NULL, ord integer NOT NULL, mod integer NOT NULL,
  usn integer NOT NULL, type integer NOT NULL, queue integer NOT NULL, due integer NOT NULL, ivl integer NOT NULL,
  factor integer NOT NULL, reps integer NOT NULL, lapses integer NOT NULL, left integer NOT NULL, odue integer NOT NULL,
  odid integer NOT NULL, flags integer NOT NULL, data text NOT NULL
);
CREATE TABLE revlog (
  id integer PRIMARY KEY, cid integer NOT NULL, usn integer NOT NULL, ease integer NOT NULL, ivl integer NOT NULL,
  lastIvl integer NOT NULL, factor integer NOT NULL, time integer NOT NULL, type integer NOT NULL
);
CREATE TABLE graves (usn integer NOT NULL, oid integer NOT NULL, type integer NOT NULL);
CREATE INDEX ix_notes_usn ON notes (usn);
CREATE INDEX ix_cards_usn ON cards (usn);
CREATE INDEX ix_revlog_usn ON revlog (usn);
CREATE INDEX ix_cards_nid ON cards (nid);
CREATE INDEX ix_cards_sched ON cards (did, queue, due);
CREATE INDEX ix_revlog_cid ON revlog (cid);
CREATE INDEX ix_notes_csum ON notes (csum);
"""

FIELDS = ("ID", "Front", "Options", "Back", "Solution", "Picture", "Source")
NOTE_TYPE = 1_790_000_000_001  # its id: the same in every export, so that a second one finds its notes
CHANGED = 1_790_000_000  # when fields, templates or style below were last changed, in seconds: raise it with them
FRONT = """<div class="quizprep">
<div class="prompt">{{Front}}</div>
{{#Options}}{{Options}}{{/Options}}
</div>"""
BACK = """{{FrontSide}}
<hr id="answer">
<div class="quizprep">
<div class="back">{{Back}}</div>
{{#Solution}}<div class="solution">{{Solution}}</div>{{/Solution}}
{{#Picture}}<div class="picture">{{Picture}}</div>{{/Picture}}
{{#Source}}<div class="source">{{Source}}</div>{{/Source}}
</div>"""
STYLE = """.card { font: 20px/1.5 system-ui, sans-serif; text-align: left; color: black; background: white; }
.quizprep { max-width: 46rem; margin: 0 auto; overflow-wrap: anywhere; }
.quizprep ol, .quizprep ul { padding-left: 2rem; }
.back { font-weight: 600; }
.solution, .source { font-size: 16px; margin-top: 1rem; }
.solution table { border-collapse: collapse; }
.solution th, .solution td { text-align: left; vertical-align: top; padding: .2rem .8rem .2rem 0;
  border-bottom: 1px solid rgba(128, 128, 128, .4); }
.solution .value { white-space: pre-wrap; font-family: ui-monospace, monospace; }
.picture img { max-width: 100%; height: auto; }
.nightMode .picture img { filter: invert(1); }
.source { opacity: .75; }
[lang] + [lang] { margin-top: .8rem; padding-top: .8rem; border-top: 1px dashed rgba(128, 128, 128, .6); }"""


def note_type() -> dict[str, Any]:
    """The one type of our notes: front with options, back, worked solution, picture and source."""
    return {
        "id": NOTE_TYPE,
        "name": "quizprep",
        "type": 0,
        "mod": CHANGED,
        "usn": -1,
        "sortf": 1,
        "did": None,
        "tmpls": [
            {
                "name": "Card 1",
                "ord": 0,
                "qfmt": FRONT,
                "afmt": BACK,
                "bqfmt": "",
                "bafmt": "",
                "did": None,
                "bfont": "",
                "bsize": 0,
            }
        ],
        "flds": [
            {"name": name, "ord": place, "sticky": False, "rtl": False, "font": "Arial", "size": 20, "media": []}
            for place, name in enumerate(FIELDS)
        ],
        "css": STYLE,
        "latexPre": "\\documentclass[12pt]{article}\n\\usepackage{amssymb,amsmath}\n\\begin{document}\n",
        "latexPost": "\\end{document}",
        "latexsvg": False,
        "req": [[0, "any", [1]]],
        "tags": [],
        "vers": [],
    }


def deck(identity: int, name: str, changed: int) -> dict[str, Any]:
    """A deck of ordinary study; ``name`` has ``::`` between its parts."""
    return {
        "id": identity,
        "name": name,
        "mod": changed,
        "usn": -1,
        "desc": "",
        "dyn": 0,
        "conf": 1,
        "collapsed": False,
        "browserCollapsed": False,
        "extendNew": 0,
        "extendRev": 0,
        **{day: [0, 0] for day in ("newToday", "revToday", "lrnToday", "timeToday")},
    }


DECK_OPTIONS: dict[str, Any] = {
    "1": {
        "id": 1,
        "mod": 0,
        "name": "Default",
        "usn": 0,
        "maxTaken": 60,
        "autoplay": True,
        "timer": 0,
        "replayq": True,
        "dyn": False,
        "new": {
            "bury": False,
            "delays": [1.0, 10.0],
            "initialFactor": 2500,
            "ints": [1, 4, 0],
            "order": 1,
            "perDay": 20,
        },
        "rev": {"bury": False, "ease4": 1.3, "ivlFct": 1.0, "maxIvl": 36500, "perDay": 200, "hardFactor": 1.2},
        "lapse": {"delays": [10.0], "leechAction": 1, "leechFails": 8, "minInt": 1, "mult": 0.0},
    }
}


def settings(next_position: int, turns_over_at: int, minutes_west: int) -> dict[str, Any]:
    """The collection's own settings: where a day begins, in a zone that is that many minutes west of Greenwich."""
    return {
        "activeDecks": [1],
        "curDeck": 1,
        "nextPos": next_position,
        "schedVer": 2,
        "sched2021": True,
        "rollover": turns_over_at,
        "creationOffset": minutes_west,
        "localOffset": minutes_west,
        "collapseTime": 1200,
        "timeLim": 0,
        "estTimes": True,
        "dueCounts": True,
        "addToCur": True,
        "newSpread": 0,
        "sortType": "noteFld",
        "sortBackwards": False,
        "dayLearnFirst": False,
    }
