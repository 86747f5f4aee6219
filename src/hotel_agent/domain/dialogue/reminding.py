"""
The rule that makes a typed yes safe: it answers what was said last.

Whoever is told the check-out time, or that another booking is confirmed, and says "ok" has not agreed to a read-back of five
minutes ago. So whatever is said while a question waits for a yes ends with that question, and another question ends it.
"""

from hotel_agent.domain.dialogue import amending, arriving, cancelling, reserving
from hotel_agent.domain.dialogue.talk import Talk, Talking
from hotel_agent.domain.understanding import Expecting

_PART_OF_THE_READ_BACK = {Expecting.YES, Expecting.NAME, Expecting.EMAIL, Expecting.PHONE}


def remind(talk: Talk) -> Talking:
    """At the end of a turn: repeat the question that still waits for a yes, or drop it where another one was put."""
    if not talk.replies or talk.asked is Expecting.NOTHING:
        return
    talk.remember(guess=None)
    if talk.asked is None:
        if talk.session.cancelling:
            cancelling.repeat(talk)
        elif talk.session.arriving:
            arriving.repeat(talk)
        elif talk.session.amending and talk.session.amending.proposal:
            amending.repeat(talk)
        elif talk.session.held:
            reserving.repeat(talk)
        return
    if talk.asked is not Expecting.CANCEL_YES:
        talk.remember(cancelling=None, cancel_said_at=None)
    # A surname that proves a reservation is asked for like the name of a booking, and is no part of that.
    if talk.asked not in _PART_OF_THE_READ_BACK or talk.session.seeking:
        talk.remember(read_back=None)
    if talk.asked is not Expecting.CHANGE_YES:
        talk.remember(arriving=None)
        yield from talk.withdraw()
