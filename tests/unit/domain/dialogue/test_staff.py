"""Where the hotel's own people come in: questions, tickets, what is urgent, and conversations they take over."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve
from tests.unit.domain.dialogue.theatre import Theatre, hotel

from hotel_agent.adapters.files.tenants import demo_hotel
from hotel_agent.domain.events import StaffAct, StaffMove, StaffNotice, TimerKind
from hotel_agent.domain.hotels import Hotel
from hotel_agent.domain.replies import Escalated, HotelFact, Memo, Note, TicketTaken, Unanswered
from hotel_agent.domain.staffing import Absence, Shift, Staff
from hotel_agent.domain.topics import Topic
from hotel_agent.domain.turns import AuditAct, Need, Priority, Status
from hotel_agent.domain.understanding import Intent, Language

PHONE = "+34910000000"


def knowing() -> Hotel:
    """Our hotel with the demo hotel's knowledge and answers."""
    demo = demo_hotel().all()[0]
    return evolve(hotel(), knowledge=demo.knowledge, policies=demo.policies, languages=tuple(Language))


def facts(play: Theatre) -> list[str]:
    return [reply.subject for reply in play.replies if isinstance(reply, HotelFact)]


# ---------------------------------------------------------------- questions


def test_a_question_is_answered_by_exactly_its_entry_in_the_guests_language() -> None:
    play = Theatre(hotel=knowing())
    said = play.say(Intent.ASK_AMENITIES, text="do you have a pool?", language=Language.EN)
    assert [reply.text[:15] for reply in said if isinstance(reply, HotelFact)] == ["We have no pool"]


def test_a_general_question_is_answered_in_general() -> None:
    play = Theatre(hotel=knowing())
    play.say(Intent.ASK_AMENITIES, text="¿qué servicios tienen?")
    assert facts(play) == ["amenities"]


@pytest.mark.parametrize("text", ["¿tienen helipuerto?", "¿hay sauna?"])
def test_what_the_file_does_not_say_goes_to_staff_and_is_not_made_up(text: str) -> None:
    play = Theatre(hotel=knowing())
    assert play.say(Intent.ASK_AMENITIES, text=text) == (Unanswered(phone=PHONE),)
    assert [(one.need, one.summary, one.is_ticket) for one in play.escalations] == [(Need.QUESTION, text, False)]
    assert play.answer.status is Status.ESCALATED


def test_a_general_answer_that_speaks_of_the_thing_is_given() -> None:
    play = Theatre(hotel=evolve(hotel(), policies=(("amenities", "Tenemos sauna y jardín."),)))
    play.say(Intent.ASK_AMENITIES, text="¿hay sauna?")
    assert facts(play) == ["amenities"]


@pytest.mark.parametrize("confidence", [0.3, 0.7, 0.95])
def test_a_free_question_is_answered_however_sure_its_intent_is(confidence: float) -> None:
    play = Theatre(hotel=knowing())
    play.say(Intent.OUT_OF_SCOPE, confidence=confidence, text="¿venden recuerdos?")
    assert (facts(play), play.answer.status) == (["souvenirs"], Status.SUCCESS)


def test_what_is_no_question_about_the_hotel_stays_out_of_scope() -> None:
    play = Theatre(hotel=knowing())
    assert play.say(Intent.OUT_OF_SCOPE, text="¿quién ganó el mundial?") == (Note.OUT_OF_SCOPE,)


def test_a_question_beside_a_search_is_answered_first() -> None:
    play = Theatre(hotel=knowing())
    play.ask_for(text="del 2 al 4 de mayo, ¿tienen pileta?", also=(Intent.ASK_AMENITIES,))
    assert (facts(play), type(play.replies[0]).__name__, play.session is not None) == (["pool"], "HotelFact", True)
    assert play.offers


def test_a_question_beside_a_search_that_the_file_does_not_answer_goes_to_staff() -> None:
    play = Theatre(hotel=knowing())
    play.ask_for(text="del 2 al 4 de mayo, ¿tienen sauna?", also=(Intent.ASK_AMENITIES,))
    assert isinstance(play.replies[0], Unanswered)
    assert ([one.need for one in play.escalations], bool(play.offers)) == ([Need.QUESTION], True)


# ---------------------------------------------------------------- tickets


@pytest.mark.parametrize(
    ("text", "topic", "priority"),
    [
        ("¿me traen toallas?", Topic.TOWELS, Priority.NORMAL),
        ("could we get two more towels please", Topic.TOWELS, Priority.NORMAL),
        ("preciso de mais um travesseiro", Topic.BEDDING, Priority.NORMAL),
        ("no hay agua caliente en la 203", Topic.WATER, Priority.HIGH),
        ("hay mucho ruido y no puedo dormir", Topic.NOISE, Priority.HIGH),
        ("my key card is not working", Topic.KEY, Priority.HIGH),
        ("o chuveiro está quebrado", Topic.REPAIR, Priority.NORMAL),
        ("me cobraron dos veces", Topic.BILL, Priority.NORMAL),
        ("necesito algo", Topic.OTHER, Priority.NORMAL),
    ],
)
@pytest.mark.parametrize("intent", [Intent.REQUEST_SERVICE, Intent.COMPLAINT])
def test_what_a_guest_needs_becomes_a_ticket(intent: Intent, text: str, topic: Topic, priority: Priority) -> None:
    play = Theatre()
    complaint = intent is Intent.COMPLAINT
    taken = TicketTaken(topic=topic, complaint=complaint, pressing=priority is Priority.HIGH, phone=PHONE)
    assert play.say(intent, text=text) == (taken,)
    told = play.escalations[0]
    need = Need.COMPLAINT if complaint else Need.SERVICE
    assert (told.about, told.priority, told.need, told.summary, told.is_ticket) == (topic, priority, need, text, True)


@pytest.mark.parametrize(("text", "tickets"), [("no funciona el aire acondicionado", 1), ("eso no", 0)])
def test_a_complaint_that_is_not_sure_is_a_ticket_where_its_words_are_clear(text: str, tickets: int) -> None:
    play = Theatre(hotel=knowing())
    play.say(Intent.COMPLAINT, confidence=0.5, text=text)
    assert len(play.escalations) == tickets


def test_a_ticket_carries_no_more_than_the_beginning_of_one_message() -> None:
    play = Theatre()
    play.say(Intent.COMPLAINT, text="ruido " * 200)
    assert len(play.escalations[0].summary) == 300


def test_what_the_hotel_says_about_services_is_said_beside_the_ticket() -> None:
    play = Theatre(hotel=evolve(hotel(), policies=(("request_service", "Recepción: marca el 9."),)))
    said = play.say(Intent.REQUEST_SERVICE, text="¿me traen toallas?")
    assert [type(reply) for reply in said] == [HotelFact, TicketTaken]


# ---------------------------------------------------------------- urgent


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("hay un incendio en el pasillo", Language.ES),
        ("me siento mal, no puedo respirar", Language.ES),
        ("I smell gas in my room", Language.EN),
        ("my husband passed out", Language.EN),
        ("minha mãe desmaiou", Language.PT),
    ],
)
def test_where_life_is_at_risk_the_emergency_number_comes_first(text: str, language: Language) -> None:
    play = Theatre(hotel=knowing())
    said = play.say(Intent.OUT_OF_SCOPE, confidence=0.2, text=text, language=language)
    assert said == (Escalated(urgent=True, phone=PHONE, danger=True, emergency="112"),)
    assert [one.priority for one in play.escalations] == [Priority.URGENT]


def test_what_cannot_be_read_as_a_whole_is_urgent_all_the_same() -> None:
    play = Theatre()
    play.write("hay un incendio " + "a" * 5000, None)
    assert [one.urgent for one in play.escalations] == [True]


def test_who_asks_where_to_smoke_means_no_fire() -> None:
    play = Theatre(hotel=knowing())
    play.say(Intent.ASK_POLICIES, text="can i smoke in the room?", language=Language.EN, urgent=True)
    assert (facts(play), play.escalations) == (["smoking"], [])


def test_every_urgent_message_is_told_anew() -> None:
    play = Theatre()
    for _ in range(2):
        play.say(Intent.COMPLAINT, text="es urgente", urgent=True)
    assert len({one.id for one in play.escalations}) == 2


# ---------------------------------------------------------------- business hours


@pytest.mark.parametrize(("hour", "days"), [(3, 0), (22, 1)])
def test_outside_hours_no_answer_is_promised_before_they_begin(hour: int, days: int) -> None:
    hours = tuple(Shift(day, time(8), time(20)) for day in range(7))
    night = evolve(hotel(), staff=Staff(hours=hours))
    madrid = ZoneInfo("Europe/Madrid")
    play = Theatre(hotel=night, now=datetime(2031, 3, 3, hour, tzinfo=madrid))
    eight = datetime(2031, 3, 3 + days, 8, tzinfo=madrid)
    assert play.say(Intent.TALK_TO_HUMAN) == (Escalated(urgent=False, phone=PHONE, absence=Absence(eight, days)),)


def test_within_hours_nothing_is_said_about_them() -> None:
    hours = tuple(Shift(day, time(8), time(20)) for day in range(7))
    play = Theatre(hotel=evolve(hotel(), staff=Staff(hours=hours)))
    assert play.say(Intent.TALK_TO_HUMAN) == (Escalated(urgent=False, phone=PHONE),)


# ---------------------------------------------------------------- taken over


def taken_over(*, minutes: int | None = None) -> Theatre:
    play = Theatre()
    play.say(Intent.GREETING)
    until = play.now + timedelta(minutes=minutes) if minutes else None
    play.happen(StaffAct(move=StaffMove.TAKE_OVER, until=until))
    return play


def test_while_staff_has_it_the_agent_stays_silent_and_callers_are_told() -> None:
    play = taken_over()
    assert play.say(Intent.GREETING) == ()
    assert (play.answer.status, play.answer.text) == (Status.ESCALATED, "")
    assert play.audit[-1].act is AuditAct.TAKEN_OVER


def test_a_message_to_staff_moves_no_booking() -> None:
    play = Theatre()
    play.read_back()
    play.happen(StaffAct(move=StaffMove.TAKE_OVER))
    assert play.say(Intent.AFFIRM) == ()
    play.happen(StaffAct(move=StaffMove.HAND_BACK))
    play.say(Intent.AFFIRM)
    assert (play.jobs, play.bookings) == ([], {})


def test_handed_back_it_answers_again() -> None:
    play = taken_over()
    assert play.happen(StaffAct(move=StaffMove.HAND_BACK)) == ()
    assert play.say(Intent.GREETING) == (Note.GREETING,)
    assert [entry.act for entry in play.audit] == [AuditAct.TAKEN_OVER, AuditAct.HANDED_BACK]


def test_the_time_set_ends_it() -> None:
    play = taken_over(minutes=10)
    assert any(timer.kind is TimerKind.STAFF_END for timer in play.timers.values())
    play.pass_time(timedelta(minutes=9))
    assert play.say(Intent.GREETING) == ()
    play.pass_time(timedelta(minutes=2))
    assert play.say(Intent.GREETING) == (Note.GREETING,)
    assert not play.state.with_staff


def test_it_outlives_the_session() -> None:
    play = taken_over()
    play.pass_time(timedelta(hours=5))
    assert play.say(Intent.GREETING) == ()


def test_something_urgent_is_marked_for_staff_although_they_have_it() -> None:
    play = taken_over()
    assert play.say(Intent.OUT_OF_SCOPE, text="hay humo") == ()
    assert [one.urgent for one in play.escalations] == [True]


def test_a_notice_is_said_as_it_is() -> None:
    play = Theatre()
    assert play.happen(StaffNotice(escalation="x-1", text='{"id": "x-1"}')) == (Memo(text='{"id": "x-1"}'),)
