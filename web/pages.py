"""The frame's own pages: sign-in and sign-out, and what every service has to tell about itself.

Those that both sides share stand at two addresses, so that staff stay on their side: ``/privacy``, ``/office/privacy``.
"""

from typing import Any

from flask import Blueprint, Flask, abort, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from lending.policy.policies import policies_of
from web import health, language, signin
from web.forms import EmailField, Form, LongText
from web.guard import public
from web.limits import sign_in_limit
from web.paths import HOME, OFFICE, safe_path
from web.render import render, see_other
from web.wiring import wiring

bp = Blueprint("web", __name__)
language.register(bp)
health.register(bp)


def on_both_sides(path: str, **options: Any):
    """Decorator: a route at ``path`` for citizens and at ``/office`` + ``path`` for staff."""

    def register(view):
        bp.add_url_rule(path, view_func=view, defaults={"realm": "citizen"}, **options)
        bp.add_url_rule(OFFICE + path, view_func=view, defaults={"realm": "staff"}, **options)
        return view

    return register


def stay_on_this_side(app: Flask) -> None:
    """Links to pages that stand on both sides lead to the reader's own."""
    both = {rule.endpoint for rule in app.url_map.iter_rules() if "realm" in (rule.defaults or {})}

    @app.url_defaults
    def add_realm(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint in both:
            values.setdefault("realm", g.get("realm", "citizen"))


@on_both_sides("/sign-in", methods=["GET", "POST"])
@public
@sign_in_limit()
def sign_in(realm: str) -> ResponseReturnValue:
    """Choose who to be (demo), or go to the service that identifies people."""
    door = wiring().door
    if door is None:
        g.failed = True
        return render("web/no_sign_in.html", status=404)
    to = safe_path(request.values.get("to"), HOME[realm], realm)
    if request.method == "POST":
        person = door.identify(g.db, realm, request.form)
        if person is not None:
            response = redirect(to, 303)
            signin.begin(response, realm, person, door.method)
            return response
    offer = door.offer(g.db, realm)
    if offer.address:
        return redirect(offer.address, 303)
    failed = request.method == "POST"
    organisations = {each.key: each for each in policies_of(g.db).organisations()}
    status = 422 if failed else 200
    return render("web/sign_in.html", status=status, offer=offer, organisations=organisations, to=to, failed=failed)


@on_both_sides("/sign-out", methods=["POST"])
@public
def sign_out(realm: str) -> ResponseReturnValue:
    """End the sign-in; public, because somebody who is already signed out wants no other answer."""
    response = see_other("web.signed_out")
    signin.end(response, realm)
    return response


@on_both_sides("/signed-out")
@public
def signed_out(realm: str) -> ResponseReturnValue:
    """A quiet page that says so."""
    return render("web/signed_out.html")


@on_both_sides("/accessibility")
@public
def accessibility(realm: str) -> ResponseReturnValue:
    """The accessibility statement (Act 306/2019 § 9)."""
    return render("web/accessibility.html", organisations=policies_of(g.db).organisations())


@on_both_sides("/privacy")
@public
def privacy(realm: str) -> ResponseReturnValue:
    """What is recorded of people, why, and their rights (GDPR articles 13 and 14)."""
    return render("web/privacy.html", organisations=policies_of(g.db).organisations())


class FeedbackForm(Form):
    """Feedback on the service or its accessibility; an address only for those who want an answer."""

    text = LongText(
        _l("Your feedback"),
        limit=3000,
        hint=_l("Do not write personal identity codes or details of your finances here."),
        missing=_l("Write your feedback."),
    )
    email = EmailField(_l("Your email address"), optional=True, hint=_l("Only if you want an answer."))


@on_both_sides("/feedback", methods=["GET", "POST"])
@public
def feedback(realm: str) -> ResponseReturnValue:
    """Leave feedback; about accessibility it must be answered within 14 days (Act 306/2019 § 10)."""
    from lending.reporting.feedback import leave_feedback

    form = FeedbackForm()
    if form.submitted():
        leave_feedback(g.db, form.text.data, form.email.data or None, g.language, realm, g.now)
        return see_other("web.feedback_received")
    return render("web/feedback.html", form=form)


@on_both_sides("/feedback/received")
@public
def feedback_received(realm: str) -> ResponseReturnValue:
    """Thanks."""
    return render("web/feedback_received.html")


@bp.get("/favicon.ico")
@public
def favicon() -> ResponseReturnValue:
    """Browsers ask for it whatever the page says."""
    abort(404)
