"""Files on their way in: several at once, each judged on its own, so that a wrong one does not take others with it."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import zip_longest
from uuid import UUID

from flask import g, session
from werkzeug.datastructures import FileStorage

from lending.basics.errors import Refused
from lending.cases import attachments
from lending.cases.inspection import inspected
from lending.cases.model import Case
from web.forms import FilesField, Form, HiddenField
from web.refusals import say
from web.transaction import abandon

ACCEPT = ".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png"
_KEPT = "uploads"
_SENTENCES_KEPT = 8


class UploadForm(Form):
    """Files of one kind."""

    kind = HiddenField()
    files = FilesField()

    def validate(self, extra_validators: object = None) -> bool:
        """What the files are is the domain's to judge."""
        return bool(self.kind.data and self.files.data)


def upload_form(kind: str, problems: Sequence[str] = ()) -> UploadForm:
    """An empty form for files of ``kind``, with what was wrong with those that were sent last."""
    form = UploadForm(formdata=None)
    form.files.id = f"files-{kind}"
    form.files.errors = list(problems)
    return form


@dataclass(frozen=True, slots=True)
class Chosen:
    """A file that was chosen as a document of ``kind``, for the item of a request where one asked for it.

    ``place``: the part of the page where it was chosen, where files come from several at once.
    """

    kind: str
    file: FileStorage
    item_id: UUID | None = None
    place: str = ""


@dataclass(slots=True)
class Outcome:
    """How many files were added, and a sentence for each that was not. ``place``: the part of the page it is about.

    ``places``: where each of the first problems is. What is wrong with no file stands after them, at ``place``.
    """

    place: str
    added: int = 0
    problems: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    added_at: dict[str, int] = field(default_factory=dict)

    def problems_at(self, place: str) -> list[str]:
        """What went wrong at this part of the page."""
        placed = zip_longest(self.problems, self.places, fillvalue=self.place)
        return [problem for problem, at in placed if at == place]

    @property
    def other_problems(self) -> list[str]:
        """What is wrong with no file."""
        return self.problems[len(self.places) :]


def add_files(case: Case, chosen: Sequence[Chosen], place: str) -> Outcome:
    """Inspect the files and attach the sound ones. Raises ``NotFound``, ``Refused`` where none may be added at all.

    Opening a large file takes seconds, so what the request has read so far is let go first: nobody waits for it.
    """
    outcome = Outcome(place)
    for kind in {each.kind for each in chosen}:
        attachments.require_may_add(g.db, case, kind, g.actor)
    abandon()
    with ExitStack() as opened:
        sound = []
        for each in chosen:
            try:
                file = opened.enter_context(inspected(each.file.stream, each.file.filename or ""))
            except Refused as refused:
                _refuse(outcome, each, refused)
            else:
                sound.append((each, file))
        for each, file in sound:
            try:
                attachments.attach(g.db, case, each.kind, file, g.actor, g.now, each.item_id)
            except Refused as refused:
                _refuse(outcome, each, refused)
            else:
                at = each.place or place
                outcome.added += 1
                outcome.added_at[at] = outcome.added_at.get(at, 0) + 1
    return outcome


def _refuse(outcome: Outcome, chosen: Chosen, refused: Refused) -> None:
    outcome.problems.append(str(say(refused)))
    outcome.places.append(chosen.place or outcome.place)


def remember(outcome: Outcome) -> None:
    """Keep the outcome for the page that the answer leads to."""
    problems, places = outcome.problems[:_SENTENCES_KEPT], outcome.places[:_SENTENCES_KEPT]
    session[_KEPT] = [outcome.place, outcome.added, problems, places, outcome.added_at]


def remembered() -> Outcome | None:
    """The outcome that was kept, once."""
    kept = session.pop(_KEPT, None)
    return Outcome(*kept) if kept else None
