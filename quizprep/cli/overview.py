"""``quizprep`` alone: what there is, and the next sensible command."""

from __future__ import annotations

from quizprep.cli.common import language_of, open_deck
from quizprep.screen import report


def overview() -> None:
    """Print what there is and the commands to start with."""
    korean = language_of(None) == "ko"
    deck = open_deck()
    count = len(deck.index())
    if korean:
        report.line(f"quizprep: 답을 증명하는 플래시카드. {len(deck.chapters())}개 장, {count}문제.")
    else:
        report.line(f"quizprep: flashcards that prove their answers. {count} questions in {len(deck.chapters())} chapters.")
    hints = (
        ("quizprep quiz", "answer ten questions", "열 문제 풀기"),
        ("quizprep topics", "what the questions cover", "다루는 주제 보기"),
        ('quizprep check f1-score "2PR/(P+R)"', "is a formula of yours right?", "내가 쓴 식이 맞는지 확인하기"),
        ("quizprep --help", "all commands", "모든 명령"),
    )
    for command, english, ko in hints:
        report.field(f"  {command}", ko if korean else english)
