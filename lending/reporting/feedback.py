"""Feedback on the service: left by anyone, answered within 14 days when it concerns accessibility (306/2019 § 10)."""

from datetime import datetime

from sqlalchemy.orm import Session

from lending.basics.errors import Refused
from lending.reporting.model import Feedback

MAX_CHARACTERS = 3000


def leave_feedback(db: Session, text: str, email: str | None, language: str, realm: str, at: datetime) -> Feedback:
    """Keep what somebody wrote; ``email`` is given by those who want an answer. Raises ``Refused("text-too-long")``."""
    if len(text) > MAX_CHARACTERS:
        raise Refused("text-too-long", field="text", limit=MAX_CHARACTERS)
    feedback = Feedback(text=text, email=email, language=language, realm=realm, left_at=at)
    db.add(feedback)
    db.flush()
    return feedback
