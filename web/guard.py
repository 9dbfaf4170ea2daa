"""Who may open which page. Deny by default: a route that does not say stops the application from starting. ::

    @bp.get("/my")
    @citizen_only
    def my_cases(): ...

    @bp.post("/cases/<uuid:case_id>/decide")
    @staff_may("decide")
    def decide(case_id): ...

``staff_may("a", "b")`` opens to whoever may do either; ``staff_may()`` to every member of staff. What a role may do
is the organisation's delegation, in its policy. The act itself checks again, with the case at hand.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, request
from werkzeug.routing import Rule

from lending.basics.actor import Actor
from lending.basics.errors import NotAllowed, NotFound, Refused
from lending.policy.policies import policies_of
from web.clock import today
from web.expired import signed_out_form
from web.paths import realm_of, safe_path
from web.render import redirect_to
from web.wiring import wiring

View = TypeVar("View", bound=Callable[..., Any])
ANSWERED = frozenset({200, 206, 304, 422})


@dataclass(frozen=True, slots=True)
class Guard:
    """Who may pass. ``realm`` is ``None`` for a public route; ``acts`` are of staff."""

    realm: str | None
    acts: tuple[str, ...] = ()
    shows_nobody: bool = False

    @property
    def is_public(self) -> bool:
        return self.realm is None

    def __str__(self) -> str:
        if self.realm != "staff":
            return self.realm or "public"
        return f"staff: {', '.join(self.acts) or 'anyone'}"


def public(view: View) -> View:
    """Open to everyone."""
    return _declare(view, Guard(None))


def citizen_only(view: View) -> View:
    """Open to citizens signed in. What is theirs, the view asks the domain for with ``g.actor``."""
    return _declare(view, Guard("citizen"))


def staff_may(*acts: str, shows_nobody: bool = False) -> Callable[[View], View]:
    """Open to staff who may do one of ``acts`` by the delegation of their organisation.

    A page whose address names a case, a loan or a person must tell ``web.access.viewing``, or it is not shown;
    ``shows_nobody=True`` is for the rare one whose address does so and which yet shows nothing of a person.
    """
    return lambda view: _declare(view, Guard("staff", acts, shows_nobody))


def may(*acts: str) -> bool:
    """Whether the member of staff signed in may do one of ``acts``: for showing or hiding a button."""
    if g.get("actor") is None or not g.actor.is_staff:
        return False
    if "allowed" not in g:
        g.allowed = _allowed(g.actor)
    return bool(g.allowed.intersection(acts))


def _allowed(actor: Actor) -> frozenset[str]:
    """The acts that the organisation's delegation gives the actor's roles; none where it has no criteria today."""
    assert actor.organisation
    try:
        policy = policies_of(g.db).for_organisation(actor.organisation, today())
    except (NotFound, Refused):
        return frozenset()
    return frozenset(act for act in policy.delegation if policy.roles_for(act) & actor.roles)


def guard_of(app: Flask, rule: Rule) -> Guard | None:
    """What the route declared, if it did."""
    return getattr(app.view_functions[rule.endpoint], "guard", None)


def check_routes(app: Flask) -> None:
    """Raise ``RuntimeError`` for a route that does not say who may open it, or stands on the wrong side."""
    for rule in app.url_map.iter_rules():
        guard = guard_of(app, rule)
        if guard is None:
            raise RuntimeError(
                f"{rule.endpoint} ({rule.rule}) does not say who may open it: "
                'put @public, @citizen_only or @staff_may("act") under its route.'
            )
        if guard.realm not in (None, realm_of(rule.rule)):
            raise RuntimeError(f"{rule.endpoint} ({rule.rule}) is on the wrong side of the house for {guard}.")


def check() -> Any:
    """Let the request pass, or answer it: to the sign-in page, or 403. Runs after ``signin.identify``."""
    g.guard = None
    if request.url_rule is None:
        return None
    g.guard = guard_of(current_app, request.url_rule)
    if g.guard.is_public:
        return None
    if g.person is None:
        return _ask_to_sign_in()
    if g.guard.acts and not may(*g.guard.acts):
        raise NotAllowed(g.guard.acts[0])
    return None


def check_viewed(response: Response) -> Response:
    """Refuse to show a person's page that has not said so to the access log."""
    guard = g.get("guard")
    if guard is None or guard.realm != "staff" or guard.shows_nobody or response.status_code not in ANSWERED:
        return response
    names = [name for name in request.view_args or {} if name.endswith("_id")]
    if names and not g.get("viewed") and not g.get("failed"):
        raise RuntimeError(f"{request.endpoint} shows {names} but never called web.access.viewing")
    return response


def _ask_to_sign_in() -> Any:
    if wiring().door is None:
        # Nobody can sign in yet; the page for it says so, and where to go instead.
        return redirect_to("web.sign_in", realm=g.realm)
    if request.method not in ("GET", "HEAD"):
        return signed_out_form()
    wanted = request.full_path if request.headers.get("HX-Request") != "true" else _page_behind_htmx()
    return redirect_to("web.sign_in", realm=g.realm, to=safe_path(wanted, realm=g.realm))


def _page_behind_htmx() -> str:
    # After signing in, the reader wants the page they were on, not a piece of it.
    current = request.headers.get("HX-Current-URL", "")
    return "/" + current.partition("//")[2].partition("/")[2]


def _declare(view: View, guard: Guard) -> View:
    vars(view)["guard"] = guard
    return view
