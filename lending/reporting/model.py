"""Tables of reporting: feedback on the service."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lending.basics.database import Base, one_of
from lending.people.model import LANGUAGES, REALMS


class Feedback(Base):
    """Feedback on the service or its accessibility. Not tied to a person: no one need sign in to give it."""

    __tablename__ = "feedback"
    __table_args__ = (one_of("language", LANGUAGES), one_of("realm", REALMS))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    text: Mapped[str] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(2))
    realm: Mapped[str] = mapped_column(String(10))
    left_at: Mapped[datetime] = mapped_column(index=True)
    answered_at: Mapped[datetime | None]
