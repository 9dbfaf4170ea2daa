"""The work queue: what waits for the unit, in tabs, found and sorted by the address alone."""

from typing import Any

from flask import g, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from backoffice import office
from backoffice.units import unit_name
from lending.applications.queues import SORTS, page_of_queue
from lending.cases.deadlines import days_waited
from lending.cases.queues import EVERY, TEXT_CHARACTERS_MAX, WHOSE, Filters, counts, shares_work
from lending.cases.states import CASE, QUEUES
from lending.changes import queues as changes
from lending.collection.disturbances import count_new
from web.clock import today
from web.forms import HiddenField, QueryForm, SelectField, TextField
from web.guard import may, staff_may
from web.labels import label
from web.render import render, see_other

#: Which queue a role opens on: where its own work waits. The first that fits.
FIRST = (
    ("preparer", "new"),
    ("decider", "waiting_for_decision"),
    ("payments", "decided"),
    ("waiver_decider", "change_requests"),
    ("accounting_manager", "change_requests"),
    ("legal_counsel", "change_requests"),
)
#: Where somebody can take a case: all the way, until it has ended.
TAKEABLE = frozenset(name for name, state in CASE.states.items() if not state.final and name != "draft")
#: Where something of a case waits for somebody.
WAITING = frozenset(name for name, state in CASE.states.items() if state.queue)


class QueueForm(QueryForm):
    """What one looks for, in the address. What nobody offered is let be: an old bookmark still opens a page."""

    queue = HiddenField()
    text = TextField(_l("Case number or name"), optional=True, limit=TEXT_CHARACTERS_MAX)
    whose = SelectField(_l("Whose"), optional=True)
    state = SelectField(_l("Step"), optional=True)
    sort = SelectField(_l("Order"), optional=True)

    def offer(self, queue: str) -> None:
        """Give the lists what fits the queue, and drop what does not."""
        states = CASE.in_queue(queue) if queue in QUEUES else frozenset(CASE.states) - {"draft"}
        ordered = [state for state in CASE.states if state in states]
        sorts = [sort for sort in SORTS if sort != "amount"] if queue == changes.QUEUE else SORTS
        whose = [code for code in WHOSE if code != "our-turn" or shares_work(g.db, g.actor)]
        self.whose.choices = [(code, label("whose", code)) for code in whose]
        self.sort.choices = [(code, label("sort", code)) for code in sorts]
        self.state.choices = [("", _l("Every step")), *((code, label("case-state", code)) for code in ordered)]
        self.queue.data = queue
        self.whose.data = self.whose.data if self.whose.data in whose else "all"
        self.sort.data = self.sort.data if self.sort.data in sorts else "oldest"
        self.state.data = self.state.data if self.state.data in states else ""
        self.has_steps = len(ordered) > 1 and queue != changes.QUEUE

    def filters(self) -> Filters:
        """What was asked for, for the domain."""
        return Filters(self.whose.data, (self.text.data or "")[:TEXT_CHARACTERS_MAX], self.state.data or None)

    def address(self) -> dict[str, Any]:
        """The query of the address: only what differs from the usual."""
        values = {"queue": self.queue.data, "text": self.text.data, "state": self.state.data}
        values |= {"whose": self.whose.data if self.whose.data != "all" else None}
        values |= {"sort": self.sort.data if self.sort.data != "oldest" else None}
        return {name: value for name, value in values.items() if value}


@office.get("")
@staff_may("view-case", "view-access-log")
def work_queue() -> ResponseReturnValue:
    """The work queue; for those who only audit, the access log."""
    if not may("view-case"):
        return see_other("office.access_log")
    form = QueueForm()
    wanted = form.queue.data or ""
    numbers = counts(g.db, g.actor) | {changes.QUEUE: changes.count(g.db, g.actor)}
    shared = shares_work(g.db, g.actor)
    queue = wanted if wanted in (*QUEUES, EVERY) else first_queue(g.actor.roles, numbers if shared else None)
    form.offer(queue)
    page = request.args.get("page", 1, type=int)
    if queue == changes.QUEUE:
        shown: Any = changes.page_of_change_requests(g.db, g.actor, form.filters(), form.sort.data, page)
    else:
        shown = page_of_queue(g.db, g.actor, queue, form.filters(), form.sort.data, page, today())
    return render(
        "backoffice/work_queue.html",
        queue=queue,
        tabs=_tabs(queue, numbers),
        ours=numbers.get(queue, 0),
        shares_work=shared,
        unit_name=unit_name,
        attention=count_new(g.db, g.actor),
        filters=form,
        page=shown,
        takeable=TAKEABLE,
        waiting=WAITING,
        change_url=_change_url,
        waited=lambda moment: days_waited(moment, g.now),
        narrowed=form.filters() != Filters(),
    )


def first_queue(roles: frozenset[str], waiting: dict[str, int] | None = None) -> str:
    """The queue to open on for somebody with these roles: where their own work waits.

    ``waiting``: how many wait for the unit in each queue, where its organisation has given the work to several: then
    the first of theirs in which something does.
    """
    own = [queue for role, queue in FIRST if role in roles] or ["new"]
    return next((queue for queue in own if waiting and waiting[queue]), own[0])


def _tabs(current: str, numbers: dict[str, int]) -> list[dict[str, Any]]:
    tabs = [
        {
            "text": label("queue", queue),
            "href": url_for("office.work_queue", queue=queue),
            "count": numbers[queue],
            "current": queue == current,
        }
        for queue in QUEUES
    ]
    everything = {"text": label("queue", EVERY), "href": url_for("office.work_queue", queue=EVERY)}
    return [*tabs, everything | {"current": current == EVERY}]


def _change_url(row: changes.ChangeRow) -> str:
    """Where a change request is handled."""
    return url_for("office.change_request", loan_id=row.loan_id, request_id=row.request_id)
