"""The sentences of the questions, the drill and the statistics, in both languages."""

from __future__ import annotations

from quizprep.text import Text

MESSAGES = {
    # the question
    "score": Text("{correct} of {answered} right", ko="{answered}문제 중 {correct}문제 맞힘"),
    "keys_commands": Text(
        "h hint   s skip   u back   ? help   q end", ko="h 힌트   s 건너뛰기   u 이전   ? 도움말   q 끝내기"
    ),
    "keys_help": Text("? help", ko="? 도움말"),
    "keys_typed": Text("(+ Enter)", ko="(+ Enter 키)"),
    "ticked": Text("ticked", ko="표시"),
    "order": Text("order", ko="순서"),
    "order_left": Text("order ({left} to go)", ko="순서 ({left}개 남음)"),
    "order_taken": Text(
        "{given} stands in the order already (⌫ takes the last one back)",
        ko="{given}번은 이미 골랐습니다(⌫로 마지막 번호 지우기)",
    ),
    "key_unknown": Text("{given} does nothing here", ko="{given} 키는 여기서 쓰지 않습니다"),
    "keys_at_once": Text(
        "keys that come at once (a paste) are not read", ko="한꺼번에 들어온 글자(붙여넣기)는 읽지 않습니다"
    ),
    "hint": Text("Hint", ko="힌트"),
    "hint_next": Text("{key} once more: {what}", ko="{key} 한 번 더: {what}"),
    "hint_none": Text("There is no hint for this one.", ko="이 문제에는 힌트가 없습니다."),
    "hint_no_more": Text("There is no further hint.", ko="힌트가 더 없습니다."),
    # the outcome
    "right": Text("✓ right", ko="✓ 맞았습니다"),
    "wrong": Text("✗ wrong", ko="✗ 틀렸습니다"),
    "skipped": Text("– skipped", ko="– 건너뛰었습니다"),
    "given": Text("your answer", ko="입력한 답"),
    "expected": Text("computed answer", ko="계산한 답"),
    "answer": Text("answer", ko="정답"),
    "unproven": Text("not proven · {source}", ko="증명하지 않음 · {source}"),
    "step": Text("step", ko="단계"),
    "formula": Text("formula", ko="식"),
    "value": Text("value", ko="값"),
    "agrees": Text("✓ {oracle} agrees", ko="✓ {oracle}: 일치"),
    "disagrees": Text("✗ {oracle} differs by {difference}", ko="✗ {oracle}: {difference}만큼 다름"),
    "unchecked": Text(
        "computed; no oracle checks what is asked", ko="계산한 값입니다. 물은 것을 확인하는 검산은 없습니다"
    ),
    "computed_on": Text("computed on {device} in {ms} ms", ko="{device}에서 {ms} ms 동안 계산"),
    "computing": Text("computing {what} …", ko="{what} 계산 중 …"),
    "keys_next": Text("Space next   u back   ? help   q end", ko="Space 다음   u 이전   ? 도움말   q 끝내기"),
    "keys_more": Text("Space more   ? help   q end", ko="Space 더 보기   ? 도움말   q 끝내기"),
    "keys_return": Text(
        "Space back to the question   u back   ? help   q end",
        ko="Space 문제로 돌아가기   u 이전   ? 도움말   q 끝내기",
    ),
    "nothing_before": Text("There is no earlier answer.", ko="이전 답이 없습니다."),
    "keys_back": Text("Space back to the question", ko="Space 문제로 돌아가기"),
    # the end
    "summary": Text("Summary", ko="결과"),
    "summary_score": Text(
        "{correct} of {answered} right ({percent} %)", ko="{answered}문제 중 {correct}문제 맞힘 ({percent} %)"
    ),
    "summary_skipped": Text("skipped: {skipped}", ko="건너뛴 문제: {skipped}"),
    "summary_nothing": Text("Nothing was answered.", ko="답한 문제가 없습니다."),
    "topic": Text("topic", ko="주제"),
    "right_column": Text("right", ko="정답"),
    "weakest": Text("Weakest topic of these answers: {topic}", ko="이번 답에서 가장 약한 주제: {topic}"),
    "practise": Text("Practise it with: {command}", ko="연습하려면: {command}"),
    "wrong_ones": Text("Wrong: {questions}", ko="틀린 문제: {questions}"),
    "repeat_wrong": Text(
        "Ask just these again, with fresh numbers: {command}", ko="틀린 문제만 새 수로 다시 풀려면: {command}"
    ),
    "no_mistakes": Text("No mistake is open.", ko="고칠 실수가 없습니다."),
    "not_kept": Text(
        "{count} of these answers could not be kept: {reason}", ko="답 {count}개를 남기지 못했습니다: {reason}"
    ),
    # help
    "help": Text("Keys", ko="키"),
    "help_digits": Text("answer, tick a key point, or continue an order", ko="답 고르기, 핵심 표시하기, 순서 잇기"),
    "help_space": Text("show the key points; go on after an answer", ko="핵심 보기, 답을 본 뒤 다음으로"),
    "help_enter": Text("finish a typed answer, ticks or an order", ko="입력, 표시, 순서 끝내기"),
    "help_backspace": Text("take back the last digit of an order", ko="순서의 마지막 번호 지우기"),
    "help_truth": Text("true (also o, 1) or false (also x, 2)", ko="참(o, 1) 또는 거짓(x, 2)"),
    "help_h": Text("hint", ko="힌트"),
    "help_s": Text("skip this question", ko="이 문제 건너뛰기"),
    "help_u": Text("back to the last answer", ko="이전 답 다시 보기"),
    "help_question": Text("this help", ko="이 도움말"),
    "help_q": Text("end, with a summary (also Ctrl-C, Ctrl-D)", ko="결과를 보고 끝내기 (Ctrl-C, Ctrl-D도 가능)"),
    "help_mouse": Text(
        "  A click on an answer, or on a key in the last lines, presses it.",
        ko="  답이나 아래쪽의 키는 마우스로 눌러도 됩니다.",
    ),
    "help_typed": Text(
        "Where an answer is typed, a letter alone on the line is a key once Enter is pressed; "
        "where it may be the answer, type :h, :s, :u or :q.",
        ko="답을 입력하는 문제에서는 한 글자만 적고 Enter를 누르면 키로 읽습니다. 그 글자가 답일 수 있을 때는 "
        ":h, :s, :u, :q라고 적습니다.",
    ),
    # the drill
    "keys_drill": Text(
        "Space reveal   h hint   u undo   ? help   q end",
        ko="Space 정답   h 힌트   u 되돌리기   ? 도움말   q 끝내기",
    ),
    "keys_drill_typed": Text("h hint   u undo   ? help   q end", ko="h 힌트   u 되돌리기   ? 도움말   q 끝내기"),
    "keys_practice": Text(
        "Space reveal   h hint   u back   ? help   q end", ko="Space 정답   h 힌트   u 이전   ? 도움말   q 끝내기"
    ),
    "keys_practice_typed": Text("h hint   u back   ? help   q end", ko="h 힌트   u 이전   ? 도움말   q 끝내기"),
    "help_practice_space": Text("show the answer; go on after it", ko="정답 보기, 정답을 본 뒤 다음으로"),
    "help_practice_typed": Text(
        "Where an answer is typed, a letter alone on the line is a key once Enter is pressed; where it may be the "
        "answer, type :h, :u or :q. An empty line shows the answer.",
        ko="답을 입력하는 문제에서는 한 글자만 적고 Enter를 누르면 키로 읽습니다. 그 글자가 답일 수 있을 때는 "
        ":h, :u, :q라고 적습니다. 빈 줄은 정답을 보여 줍니다.",
    ),
    "keys_reveal": Text("Enter alone reveals", ko="Enter만 누르면 정답"),
    "keys_graded": Text(
        "{first}   u undo   e edit   b bury   x suspend   ? help   q end",
        ko="{first}   u 되돌리기   e 고치기   b 내일로   x 보류   ? 도움말   q 끝",
    ),
    "keys_worked": Text("w worked steps", ko="w 풀이"),
    "keys_proposed": Text("Space: {grade}", ko="Space로 {grade}"),
    "keys_by_hand": Text("How well?", ko="얼마나 알았나요?"),
    "grade_1": Text("Again", ko="다시"),
    "grade_2": Text("Hard", ko="어려움"),
    "grade_3": Text("Good", ko="알맞음"),
    "grade_4": Text("Easy", ko="쉬움"),
    "span_minutes": Text("{n} min", ko="{n}분"),
    "span_hours": Text("{n} h", ko="{n}시간"),
    "span_days": Text("{n} d", ko="{n}일"),
    "span_months": Text("{n} mo", ko="{n}개월"),
    "span_years": Text("{n} y", ko="{n}년"),
    "left": Text(
        "{total} left: {new} new, {learning} learning, {review} review · {minutes} min",
        ko="남은 카드 {total}: 새 카드 {new}, 학습 {learning}, 복습 {review} · 약 {minutes}분",
    ),
    "left_of_session": Text(
        "{left} left, of {total} today · {minutes} min", ko="이번에 남은 카드 {left}, 오늘 {total} · 약 {minutes}분"
    ),
    "leech": Text("! leech", ko="! 거머리"),
    "leech_mistakes": Text(
        "! Forgotten {lapses} times. Usual mistakes: {mistakes}. A clearer question (e) or a break (x) may help.",
        ko="! {lapses}번 잊은 카드입니다. 자주 한 실수: {mistakes}. 문제를 다듬거나(e) 잠시 보류(x)해 보세요.",
    ),
    "leech_no_mistakes": Text(
        "! Forgotten {lapses} times. A clearer question (e) or a break (x) may help.",
        ko="! {lapses}번 잊은 카드입니다. 문제를 다듬거나(e) 잠시 보류(x)해 보세요.",
    ),
    "leech_suspended": Text(
        "It is suspended now; u takes that back, or later: quizprep card {question} --unsuspend",
        ko="이제 보류되었습니다. u로 되돌리거나, 나중에는: quizprep card {question} --unsuspend",
    ),
    "recorded": Text(
        "recorded: {question} · {grade} · again in {span}", ko="기록함: {question} · {grade} · {span} 뒤 다시"
    ),
    "undone": Text("undone: {question}", ko="되돌림: {question}"),
    "undone_gone": Text(
        "undone: {question}, which is not among these questions", ko="되돌림: {question} (지금 고른 문제에는 없습니다)"
    ),
    "undone_of_another": Text(
        "That was of another session, of {when}: nothing of this one is left to undo.",
        ko="이 세션에는 되돌릴 것이 없어서 다른 세션의 것({when})을 되돌렸습니다.",
    ),
    "nothing_to_undo": Text("There is nothing to undo.", ko="되돌릴 것이 없습니다."),
    "buried": Text("buried until tomorrow: {question} (u brings it back)", ko="내일로 미룸: {question} (u로 되돌리기)"),
    "suspended": Text("suspended: {question} (u brings it back)", ko="보류함: {question} (u로 되돌리기)"),
    "answered_elsewhere": Text(
        "Another session had answered {question} in the meantime; both answers count.",
        ko="그사이 다른 창에서 {question}에 답했습니다. 두 답 모두 기록되었습니다.",
    ),
    "edited": Text("reloaded: {question}; its history is kept", ko="다시 읽음: {question}. 기록은 그대로입니다."),
    "edited_copy": Text(
        "your own copy of {question} is asked from now on; its history is kept",
        ko="이제 {question} 문제는 내가 고친 것으로 냅니다. 기록은 그대로입니다.",
    ),
    "edit_kept": Text(
        "What you wrote is kept: e opens it again, as `quizprep edit {question}` does.",
        ko="쓴 내용은 남아 있습니다. e나 `quizprep edit {question}`로 다시 열 수 있습니다.",
    ),
    "edited_gone": Text(
        "{question} is no longer there; its history is kept", ko="{question} 문제가 없어졌습니다. 기록은 남아 있습니다."
    ),
    "edit_refused": Text(
        "The edit has mistakes, so the old question goes on:", ko="고친 내용에 문제가 있어 이전 문제로 계속합니다:"
    ),
    "edit_no_terminal": Text("Editing takes a terminal.", ko="고치기는 터미널에서만 됩니다."),
    "edit_no_editor": Text(
        "{editor} could not be run ({reason}); set EDITOR to your editor.",
        ko="{editor} 편집기를 실행할 수 없습니다({reason}). EDITOR에 편집기를 지정하세요.",
    ),
    "cannot_be_asked": Text(
        "{question} is left out of this session: {reason}", ko="{question} 문제는 이번에 건너뜁니다: {reason}"
    ),
    "recording_again": Text(
        "Not recorded yet: {reason} Your answer is kept, and tried again.",
        ko="아직 기록하지 못했습니다: {reason} 답은 그대로 있고, 다시 시도합니다.",
    ),
    "not_recorded": Text(
        "Not recorded: {reason} Your answer is kept: grade it again to try again.",
        ko="기록하지 못했습니다: {reason} 답은 그대로 있습니다. 다시 채점하면 다시 시도합니다.",
    ),
    "not_done": Text(
        "Not done: {reason} Press the key again to try again.",
        ko="하지 못했습니다: {reason} 같은 키를 다시 누르면 다시 시도합니다.",
    ),
    "given_up": Text(
        "{count} lines and no answer to this question: the rest of the input is not read.",
        ko="{count}줄을 읽었지만 이 문제의 답이 없습니다. 나머지 입력은 읽지 않습니다.",
    ),
    "keys_edit": Text("Enter opens the editor   Esc goes back", ko="Enter 편집기 열기   Esc 돌아가기"),
    "shown_not_graded": Text(
        "This answer had been shown already, but no grade was recorded, so it is asked again.",
        ko="이 문제는 정답까지 보였지만 평가가 기록되지 않아서 다시 묻습니다.",
    ),
    "database_replaced": Text(
        "{path} was replaced or deleted meanwhile. What this session recorded was taken along; it goes on there.",
        ko="그사이 {path} 파일이 바뀌거나 지워졌습니다. 이번에 기록한 것은 옮겼고, 그 파일에서 계속합니다.",
    ),
    "backup_failed": Text("No backup was made today: {reason}", ko="오늘은 백업하지 못했습니다: {reason}"),
    "revealed": Text("– the answer", ko="– 정답"),
    "nothing_due": Text("Nothing is due now.", ko="지금은 풀 카드가 없습니다."),
    "time_used": Text(
        "The {minutes} minutes are used; {total} cards are left today "
        "({new} new, {learning} learning, {review} review).",
        ko="{minutes}분을 다 썼습니다. 오늘 남은 카드 {total}장(새 카드 {new}, 학습 {learning}, 복습 {review}).",
    ),
    "done_for_now": Text("Done for now.", ko="지금은 다 했습니다."),
    "next_at": Text("Next: {when} (in {span}).", ko="다음: {when} ({span} 뒤)."),
    "next_never": Text("Nothing is scheduled.", ko="예정된 카드가 없습니다."),
    "offer_cram": Text(
        "Practise anyway, without touching the schedule: {command}", ko="일정은 그대로 두고 연습하려면: {command}"
    ),
    "keys_cram": Text("c practise anyway   q end", ko="c 그래도 연습하기   q 끝내기"),
    "drill_answered": Text(
        "{answered} answered in {minutes} min, {correct} right",
        ko="{minutes}분 동안 {answered}문제, {correct}문제 맞힘",
    ),
    "drill_retention": Text(
        "Retention: {true} % of {counted} reviews (foreseen {predicted} %)",
        ko="기억 유지율: 복습 {counted}개 중 {true} % (예상 {predicted} %)",
    ),
    "drill_left": Text("Left today: {total}", ko="오늘 남은 카드: {total}"),
    "drill_tomorrow": Text(
        "Tomorrow, if you stop here: {due} due, {new} new", ko="여기서 멈추면 내일: 복습 {due}, 새 카드 {new}"
    ),
    "help_reveal": Text("show the answer; accept the proposed grade", ko="정답 보기, 제안한 평가 받아들이기"),
    "help_grades": Text("grade: Again, Hard, Good, Easy", ko="평가: 다시, 어려움, 알맞음, 쉬움"),
    "help_w": Text("the worked proof", ko="증명 풀이"),
    "help_undo": Text("undo the last answer, also an earlier session's", ko="마지막 답 되돌리기 (지난번 것도 가능)"),
    "help_e": Text("edit the question in $EDITOR", ko="$EDITOR로 문제 고치기"),
    "help_b": Text("bury: not today", ko="내일로 미루기"),
    "help_x": Text("suspend: not until you say so", ko="보류하기"),
    "help_drill_truth": Text(
        "At a true-or-false question x answers “false”; suspend it after the answer.",
        ko="참/거짓 문제에서 x는 ‘거짓’이라는 답입니다. 보류는 답한 뒤에 하세요.",
    ),
    "help_drill_typed": Text(
        "Where an answer is typed, a letter alone on the line is a key once Enter is pressed; where it may be the "
        "answer, type :h, :u, :e and so on. An empty line shows the answer.",
        ko="답을 입력하는 문제에서는 한 글자만 적고 Enter를 누르면 키로 읽습니다. 그 글자가 답일 수 있을 때는 "
        ":h, :u, :e처럼 적습니다. 빈 줄은 정답을 보여 줍니다.",
    ),
    "help_drill_plain": Text(
        "One answer a line; the proposed grade is taken. “=3 ANSWER” sets the grade, “=3” grades without an "
        "answer, an empty line shows the answer.",
        ko="한 줄에 답 하나를 적으면 제안한 평가를 받아들입니다. ‘=3 답’은 평가를 정하고, ‘=3’은 답 없이 평가하며, "
        "빈 줄은 정답을 보여 줍니다.",
    ),
    # the day at a glance
    "today_due": Text(
        "Today: {review} to review, {learning} learning, {new} new (about {minutes} min)",
        ko="오늘: 복습 {review}, 학습 {learning}, 새 카드 {new} (약 {minutes}분)",
    ),
    "today_done": Text("Today: nothing left, {answered} answered", ko="오늘: 남은 카드 없음, {answered}문제 풂"),
    "today_streak": Text("Days in a row: {days}", ko="연속 학습: {days}일"),
    "today_exam": Text("Exam: {until} ({date})", ko="시험: {until} ({date})"),
    "until_0": Text("today", ko="오늘"),
    "until_1": Text("tomorrow", ko="내일"),
    "until": Text("in {days} days", ko="{days}일 남음"),
    "today_exam_now": Text("Exam: today. Good luck!", ko="시험: 오늘입니다. 행운을 빕니다!"),
    "today_weakest": Text("Weakest topics (recall in a week): {topics}", ko="약한 주제 (일주일 뒤 회상률): {topics}"),
    "today_weakest_exam": Text(
        "Weakest topics (recall at the exam): {topics}", ko="약한 주제 (시험 날 회상률): {topics}"
    ),
    "today_next": Text("Next: {command}", ko="다음 할 일: {command}"),
    "today_more": Text(
        "More: quizprep quiz, check, topics, stats; quizprep --help",
        ko="그 밖에: quizprep quiz, check, topics, stats, quizprep --help",
    ),
    "today_content": Text("{questions} questions in {chapters} chapters", ko="{chapters}개 장, {questions}문제"),
    "today_score": Text("Expected score: {score} if the plan is followed", ko="예상 점수: {score} (계획대로 할 때)"),
    # exams
    "exam_set": Text(
        "{name}: {date}, {until}; {minutes} minutes until then for {questions} questions",
        ko="{name}: {date}, {until}. 그때까지 {minutes}분, 문제 {questions}개",
    ),
    "exam_none": Text(
        "No exam is set. Set one: quizprep exam set DATE --minutes 40",
        ko="정해진 시험이 없습니다. 정하려면: quizprep exam set 날짜 --minutes 40",
    ),
    "exam_name": Text("exam", ko="시험"),
    "exam_date": Text("date", ko="날짜"),
    "exam_days": Text("days", ko="남은 날"),
    "exam_minutes": Text("minutes", ko="분"),
    "exam_questions": Text("questions", ko="문제"),
    "exam_chapters": Text("chapters", ko="장"),
    "exam_weight": Text("weight", ko="비중"),
    "exam_score": Text("score", ko="점수"),
    "exam_over": Text("over", ko="지남"),
    "exam_all": Text("all", ko="전체"),
    "readiness_score": Text(
        "Expected score: {score}, an 80 % interval, if the plan is followed",
        ko="예상 점수: {score}, 80 % 구간 (계획대로 할 때)",
    ),
    "readiness_not_enough": Text(
        "Expected score: not enough data yet ({counted} of {enough} answers made a day or more after the one before)",
        ko="예상 점수: 아직 자료가 부족합니다 (하루 이상 지나 다시 한 답 {enough}개 중 {counted}개)",
    ),
    "readiness_chapters": Text(
        "The score of a chapter takes {each} such answers in it.",
        ko="장의 점수는 그 장에 그런 답이 {each}개 있으면 나옵니다.",
    ),
    "plan_prior": Text(
        "Until then the scores below are mostly a usual learner's: they compare the days, and are none to expect.",
        ko="그때까지 아래 점수는 거의 보통 학습자의 것으로, 예상 점수가 아닙니다.",
    ),
    "readiness_past": Text(
        "So far: of {counted} answers {foreseen} were foreseen to be right, {true} were",
        ko="지금까지: 답 {counted}개 가운데 {foreseen}를 맞힐 것으로 예상했고, 실제로 {true}를 맞힘",
    ),
    "readiness_few": Text("not enough data yet", ko="자료 부족"),
    "plan_today": Text(
        "Today: {left} minutes left; without them the score falls by {marks} points",
        ko="오늘: {left}분 남음. 하지 않으면 점수가 {marks}점 떨어짐",
    ),
    "plan_all_today": Text(
        "Today in all: {review} to review, {learning} learning, {new} new",
        ko="오늘 전체: 복습 {review}, 학습 {learning}, 새 카드 {new}",
    ),
    "plan_missed_unmet": Text(
        "and {count} more questions are never met", ko="그리고 끝내 보지 못하는 문제가 {count}개 늘어남"
    ),
    "plan_suffices": Text(
        "The time suffices to meet every question: {needed} of {there} minutes",
        ko="모든 문제를 한 번씩 볼 시간이 있습니다: {there}분 가운데 {needed}분",
    ),
    "plan_too_little": Text(
        "The time does not suffice: meeting every question takes {needed} minutes, there are {there}, and {unmet} "
        "questions are left out. {a_day} minutes a day would do.",
        ko="시간이 모자랍니다. 모든 문제를 한 번씩 보는 데 {needed}분이 드는데 {there}분뿐이라 {unmet}문제를 보지 "
        "못합니다. 하루 {a_day}분이면 됩니다.",
    ),
    "plan_limited": Text(
        "Your limit of {limit} new cards a day holds, and {unmet} questions are left out; "
        "all of them are {needed} a day: quizprep config drill.new_per_day {needed}",
        ko="정해 둔 하루 새 카드 {limit}장을 지키므로 {unmet}문제를 보지 못합니다. "
        "모두 보려면 하루 {needed}장입니다: quizprep config drill.new_per_day {needed}",
    ),
    "plan_limited_and_short": Text(
        "Nor would the time suffice: meeting every question takes {needed} minutes, there are {there}; "
        "{a_day} a day would do.",
        ko="시간도 모자랍니다. 모든 문제를 한 번씩 보는 데 {needed}분이 드는데 {there}분뿐입니다. 하루 {a_day}분이면 "
        "됩니다.",
    ),
    "today_unmet": Text(
        "Not all of its questions will be met by then: quizprep exam plan",
        ko="그때까지 모든 문제를 보지는 못합니다: quizprep exam plan",
    ),
    "plan_cut": Text(
        "To cut first (`quizprep exam set` with --chapters): {chapters}",
        ko="먼저 뺄 것 (`quizprep exam set`의 --chapters): {chapters}",
    ),
    "plan_day": Text("day", ko="날"),
    "plan_new": Text("new", ko="새 카드"),
    "plan_done": Text(
        "Today's minutes for the exam are used. To go on: quizprep drill --minutes 20",
        ko="시험을 위한 오늘의 시간을 다 썼습니다. 더 하려면: quizprep drill --minutes 20",
    ),
    "header_exam": Text("exam in {days} d, {left} min left today", ko="시험 {days}일 전, 오늘 {left}분 남음"),
    "header_score": Text("expected {score}", ko="예상 {score}"),
    # statistics
    "stats_none": Text(
        "No reviews yet. Begin with: quizprep drill", ko="아직 복습 기록이 없습니다. 시작하려면: quizprep drill"
    ),
    "stats_retention": Text("Retention", ko="기억 유지율"),
    "stats_period": Text("period", ko="기간"),
    "stats_true": Text("true", ko="실제"),
    "stats_predicted": Text("foreseen", ko="예상"),
    "stats_reviews": Text("reviews", ko="복습"),
    "stats_last_days": Text("last {days} days", ko="최근 {days}일"),
    "stats_all": Text("all", ko="전체"),
    "stats_calibration": Text("Calibration: foreseen and true recall", ko="보정: 예상 회상률과 실제 회상률"),
    "stats_calendar": Text("Reviews a day", ko="하루 복습 수"),
    "stats_less_more": Text("{none} none   {scale} up to {most}", ko="{none} 없음   {scale} 최대 {most}"),
    "stats_streak": Text("days in a row: {streak}, in all: {days}", ko="{streak}일 연속, 모두 {days}일"),
    "stats_forecast_plan": Text(
        "Until the exam its plan decides what is asked, due or not: today {review} to review and {new} new.",
        ko="시험까지는 예정일이 아니라 시험 계획에 따라 묻습니다. 오늘은 복습 {review}, 새 카드 {new}입니다.",
    ),
    "stats_forecast": Text("Cards due", ko="예정된 카드"),
    "stats_time": Text("Time", ko="시간"),
    "stats_time_line": Text(
        "{today} min today, {week} min in the last 7 days, {total} h in all, {each} s an answer",
        ko="오늘 {today}분, 최근 7일 {week}분, 모두 {total}시간, 한 문제에 {each}초",
    ),
    "stats_intervals": Text("Intervals of cards in review, in days", ko="복습 카드의 간격(일)"),
    "stats_stability": Text(
        "Stability: days until recall falls to 90 %", ko="안정도: 회상률이 90 %로 떨어질 때까지의 일수"
    ),
    "stats_difficulty": Text("Difficulty, 1 to 10", ko="난이도, 1–10"),
    "stats_mastery": Text(
        "Mastery by chapter: chance of knowing a question now", ko="장별 숙달도: 지금 물으면 맞힐 확률"
    ),
    "stats_chapter": Text("chapter", ko="장"),
    "stats_known": Text("mastery", ko="숙달도"),
    "stats_seen": Text("seen", ko="본 문제"),
    "stats_topic_rows": Text("Options of chapters and topics (today/limit)", ko="장·주제마다 정한 설정 (오늘/상한)"),
    "stats_topic": Text("chapter or topic", ko="장·주제"),
    "stats_questions": Text("questions", ko="문제"),
    "stats_own": Text("options", ko="설정"),
    "stats_leeches": Text("Leeches: cards that keep being forgotten", ko="거머리: 자꾸 잊는 카드"),
    "stats_question": Text("question", ko="문제"),
    "stats_state": Text("state", ko="상태"),
    "stats_suspended": Text("suspended", ko="보류"),
    "stats_lapses": Text("forgotten", ko="잊은 횟수"),
    "stats_mistakes": Text("mistakes", ko="실수"),
    "weekdays": Text("Mon Tue Wed Thu Fri Sat Sun", ko="월 화 수 목 금 토 일"),
    # the mock exam
    "keys_mock": Text(
        "n next   p previous   g flag   m map   e hand in   ? help   q leave",
        ko="n 다음   p 이전   g 표시   m 전체   e 제출   ? 도움말   q 나가기",
    ),
    "keys_written": Text("write your answer, then Enter", ko="답을 적고 Enter"),
    "mock_header": Text("{left} left, until {end}", ko="남은 시간 {left}, {end}까지"),
    "mock_flagged": Text("flagged", ko="표시함"),
    "mock_unflagged": Text("no longer flagged", ko="표시를 지웠습니다"),
    "mock_answered": Text("answered: {given}", ko="입력한 답: {given}"),
    "mock_resumed": Text(
        "The exam of {when} is open: {answered} of {total} answered, {left} left. It goes on.",
        ko="{when}에 시작한 시험을 이어 봅니다. {total}문제 중 {answered}문제에 답했고, 남은 시간은 {left}입니다.",
    ),
    "mock_left": Text(
        "Left open, with {left} on the clock. Go on with: quizprep exam mock",
        ko="시험에서 나왔습니다. 남은 시간은 {left}입니다. 이어 보려면: quizprep exam mock",
    ),
    "mock_to_mark": Text(
        "The exam of {when} is over and not marked yet. That comes now.",
        ko="{when}에 시작한 시험은 끝났지만 아직 채점하지 않았습니다. 이제 채점합니다.",
    ),
    "mock_given_up": Text(
        "The exam of {when} is given up; {answered} of its {total} questions were answered.",
        ko="{when}에 시작한 시험을 그만둡니다. {total}문제 중 {answered}문제에 답했습니다.",
    ),
    "mock_to_tick": Text(
        "Handed in and kept; answers whose key points are to be ticked: {count}. It is marked when they are. "
        "Go on with: quizprep exam mock",
        ko="제출한 답은 저장되어 있습니다. 핵심을 표시할 답이 {count}개 남았고, 모두 표시하면 채점합니다. "
        "이어 하려면: quizprep exam mock",
    ),
    "mock_not_marked": Text(
        "Handed in and kept, not marked yet. Have it marked with: quizprep exam mock",
        ko="제출한 답은 저장되어 있지만 아직 채점하지 않았습니다. 채점하려면: quizprep exam mock",
    ),
    "mock_unread": Text(
        "Type it again, better; the same once more is kept as it is.",
        ko="고쳐서 다시 적으세요. 같은 것을 한 번 더 적으면 그대로 남깁니다.",
    ),
    "mock_time_up": Text(
        "Time is up. What was answered is marked.", ko="시간이 다 되었습니다. 답한 것까지 채점합니다."
    ),
    "mock_hand_in": Text(
        "{open} without an answer, {flagged} flagged.", ko="답하지 않은 문제 {open}, 표시한 문제 {flagged}."
    ),
    "keys_hand_in": Text("e hand in   n go on", ko="e 제출   n 계속"),
    "mock_marking": Text("marking", ko="채점"),
    "mock_score": Text("{marks} of {total} marks ({percent} %)", ko="{total}점 중 {marks}점 ({percent} %)"),
    "mock_report": Text("Report: {path}", ko="보고서: {path}"),
    "mock_again": Text(
        "What was wrong, with fresh numbers: quizprep drill --mistakes",
        ko="틀린 문제를 새 수로 다시 풀려면: quizprep drill --mistakes",
    ),
    "mock_gone": Text(
        "{count} of the questions are no longer there and do not count.", ko="없어진 문제 {count}개는 세지 않았습니다."
    ),
    "tick_yours": Text(
        "Tick the key points that your answer has (their digits), then Enter.",
        ko="내 답에 있는 핵심의 번호를 누르고 Enter",
    ),
    "keys_marking": Text("? help   q leave, to be marked later", ko="? 도움말   q 나가고 나중에 채점"),
    "help_tick": Text("tick a key point, or take the tick away", ko="핵심 표시하기, 표시 지우기"),
    "help_mock_leave_marking": Text(
        "leave; what was ticked is kept, and it goes on next time", ko="나가기. 표시한 것은 남고 다음에 이어 합니다"
    ),
    "map_no_place": Text(
        "There is no question {given}. Type a number from 1 to {count}, or Enter alone.",
        ko="{given}번 문제는 없습니다. 1부터 {count}까지의 번호를 적거나 Enter만 누르세요.",
    ),
    "map_legend": Text("✓ answered   ? flagged   · open   › here", ko="✓ 답함   ? 표시함   · 아직   › 여기"),
    "map_open": Text("open", ko="아직"),
    "map_answered": Text("answered", ko="답함"),
    "map_flagged": Text("flagged", ko="표시함"),
    "map_here": Text("here", ko="여기"),
    "map_choose": Text(
        "A number goes to that question, Enter back to this one.", ko="번호를 적으면 그 문제로, Enter는 이 문제로"
    ),
    "chapter": Text("chapter", ko="장"),
    "marks": Text("marks", ko="점수"),
    "of": Text("of", ko="만점"),
    "help_mock_move": Text("the next or previous question, without answering", ko="답하지 않고 다음, 이전 문제로"),
    "help_mock_flag": Text("flag the question, to come back to it", ko="다시 볼 문제로 표시하기"),
    "help_mock_map": Text("the map of the paper; a number there goes to it", ko="전체 보기. 번호를 적으면 그 문제로"),
    "help_mock_hand_in": Text("hand in, and have it marked", ko="제출하고 채점받기"),
    "help_mock_leave": Text(
        "leave; the clock stops, and the exam goes on next time", ko="나가기. 시계가 멈추고 다음에 이어 봅니다"
    ),
    "help_mock_typed": Text(
        "Where an answer is typed, a letter alone on the line is a key once Enter is pressed; where it may be the "
        "answer, type :n, :p and so on.",
        ko="답을 입력하는 문제에서는 한 글자만 적고 Enter를 누르면 키로 읽습니다. 그 글자가 답일 수 있을 때는 "
        ":n, :p처럼 적습니다.",
    ),
    # plain lines
    "ask_choice": Text(
        "Not an answer: {given}. Type a number from 1 to {count}.",
        ko="답으로 읽을 수 없습니다: {given}. 1부터 {count}까지의 번호를 적으세요.",
    ),
    "too_long": Text(
        "A line of more than {most} bytes is no answer; it was passed over.",
        ko="{most}바이트보다 긴 줄은 답이 아니라서 건너뛰었습니다.",
    ),
    "ask_several": Text(
        "Not an answer: {given}. Type the numbers, each from 1 to {count}.",
        ko="답으로 읽을 수 없습니다: {given}. 1부터 {count}까지의 번호들을 적으세요.",
    ),
    "ask_typed": Text("Type the answer on one line.", ko="답을 한 줄로 적으세요."),
}


def message(key: str, language: str, /, **fields: object) -> str:
    """The sentence ``key`` in ``language``, its fields filled in. Raises KeyError where there is none."""
    return MESSAGES[key][language].format(**fields)
