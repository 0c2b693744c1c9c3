"""Every sentence of the interface, in both languages. Nothing else prints words of its own."""

from __future__ import annotations

from quizprep.question import Text

MESSAGES = {
    # the question
    "score": Text("{correct} of {answered} right", "{answered}문제 중 {correct}문제 맞힘"),
    "keys_choice": Text("1–{count} answer", "1–{count} 답 고르기"),
    "keys_truth": Text("1 true   2 false", "1 참   2 거짓"),
    "keys_typed": Text("type the answer, then Enter", "답을 입력하고 Enter"),
    "keys_flip": Text(
        "think first, then Space shows the key points", "먼저 떠올린 뒤 Space를 누르면 핵심이 나옵니다"
    ),
    "keys_tick": Text(
        "1–{count} tick what you had, then Enter", "떠올린 것의 번호(1–{count})를 누르고 Enter"
    ),
    "keys_order": Text(
        "1–{count} in the right order, then Enter", "번호(1–{count})를 올바른 순서로 누르고 Enter"
    ),
    "keys_commands": Text(
        "h hint   s skip   u back   ? help   q end", "h 힌트   s 건너뛰기   u 이전   ? 도움말   q 끝내기"
    ),
    "keys_help": Text("? help", "? 도움말"),
    "unit": Text("unit: {unit}", "단위: {unit}"),
    "ticked": Text("ticked", "표시"),
    "order": Text("order", "순서"),
    "hint": Text("Hint", "힌트"),
    # the outcome
    "right": Text("✓ right", "✓ 맞았습니다"),
    "wrong": Text("✗ wrong", "✗ 틀렸습니다"),
    "skipped": Text("– skipped", "– 건너뛰었습니다"),
    "given": Text("your answer", "입력한 답"),
    "expected": Text("computed answer", "계산한 답"),
    "step": Text("step", "단계"),
    "formula": Text("formula", "식"),
    "value": Text("value", "값"),
    "agrees": Text("✓ {oracle} agrees", "✓ {oracle}: 일치"),
    "disagrees": Text("✗ {oracle} differs by {difference}", "✗ {oracle}: {difference}만큼 다름"),
    "computed_on": Text("computed on {device} in {ms} ms", "{device}에서 {ms} ms 동안 계산"),
    "computing": Text("computing {what} …", "{what} 계산 중 …"),
    "keys_next": Text("Space next   u back   q end", "Space 다음   u 이전   q 끝내기"),
    "keys_more": Text("Space more   q end", "Space 더 보기   q 끝내기"),
    "keys_back": Text("Space back to the question", "Space 문제로 돌아가기"),
    # the end
    "summary": Text("Summary", "결과"),
    "summary_score": Text(
        "{correct} of {answered} right ({percent} %)", "{answered}문제 중 {correct}문제 맞힘 ({percent} %)"
    ),
    "summary_skipped": Text("skipped: {skipped}", "건너뛴 문제: {skipped}"),
    "summary_nothing": Text("Nothing was answered.", "답한 문제가 없습니다."),
    "topic": Text("topic", "주제"),
    "right_column": Text("right", "정답"),
    "weakest": Text("Weakest topic: {topic}", "가장 약한 주제: {topic}"),
    "practise": Text("Practise it with: {command}", "연습하려면: {command}"),
    # help
    "help": Text("Keys", "키"),
    "help_digits": Text(
        "answer, tick a key point, or continue an order", "답 고르기, 핵심 표시하기, 순서 잇기"
    ),
    "help_space": Text("show the key points; go on after an answer", "핵심 보기, 답을 본 뒤 다음으로"),
    "help_enter": Text("finish a typed answer, ticks or an order", "입력, 표시, 순서 끝내기"),
    "help_backspace": Text("take back the last digit of an order", "순서의 마지막 번호 지우기"),
    "help_truth": Text("true (also o, 1) or false (also x, 2)", "참(o, 1) 또는 거짓(x, 2)"),
    "help_h": Text("hint", "힌트"),
    "help_s": Text("skip this question", "이 문제 건너뛰기"),
    "help_u": Text("back to the last answer", "이전 답 다시 보기"),
    "help_question": Text("this help", "이 도움말"),
    "help_q": Text("end, with a summary (also Ctrl-C, Ctrl-D)", "결과를 보고 끝내기 (Ctrl-C, Ctrl-D도 가능)"),
    "help_typed": Text(
        "Where an answer is typed, a letter alone on the line is a key; "
        "where it may be the answer, type :h, :s, :u or :q.",
        "답을 입력하는 문제에서는 한 글자만 적고 Enter를 누르면 키로 읽습니다. 그 글자가 답일 수 있을 때는 "
        ":h, :s, :u, :q라고 적습니다.",
    ),
    # plain lines
    "ask_choice": Text(
        "Not an answer: {given}. Type a number from 1 to {count}.",
        "답으로 읽을 수 없습니다: {given}. 1부터 {count}까지의 번호를 적으세요.",
    ),
    "ask_typed": Text("Type the answer on one line.", "답을 한 줄로 적으세요."),
}


def message(key: str, language: str, /, **fields: object) -> str:
    """The sentence ``key`` in ``language``, its fields filled in. Raises KeyError where there is none."""
    return MESSAGES[key][language].format(**fields)
