"""What every template may rely on: language, languages, organisation, person, realm, layout, and a few helpers."""

from typing import Any

from flask import Flask, g, request
from flask_babel import get_locale
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader

from lending.people import citizens
from lending.people.model import LANGUAGES, StaffMember
from lending.policy.policies import Organisation, Policies, Policy
from web.config import ROOT
from web.formats import FILTERS
from web.guard import may
from web.labels import label
from web.wiring import wiring

LAYOUTS = {"citizen": "portal/layout.html", "staff": "backoffice/layout.html"}


def init_app(app: Flask) -> None:
    """Give the templates of ``app`` their filters, helpers and context."""
    # The macros of govuk-frontend, which templates/components/forms.html imports.
    components = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    app.jinja_loader = ChoiceLoader([FileSystemLoader(str(ROOT / "templates")), components])
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals.update(label=label, may=may, clause_text=clause_text)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    # As tools/translations.py reads templates: line breaks within a translated block are not part of the message.
    app.jinja_env.policies["ext.i18n.trimmed"] = True

    @app.context_processor
    def context() -> dict[str, Any]:
        realm = g.get("realm") or "citizen"
        return {
            "language": language(),
            "languages": LANGUAGES,
            "organisation": g.get("organisation"),
            "person": g.get("signed_in"),
            "realm": realm,
            "layout": LAYOUTS[realm],
            "config": wiring().config,
            "now": g.get("now"),
            "request_id": g.get("request_id", ""),
        }


def language() -> str:
    """The language of this answer."""
    locale = get_locale()
    return locale.language if locale else "fi"


def find_organisation() -> None:
    """Set ``g.organisation``: the one in the address, else the person's own, else the only one here, else none.

    Raises ``NotFound`` when the address names one that is not here.
    """
    policies = wiring().policies
    named = (request.view_args or {}).get("organisation")
    if named:
        g.organisation: Organisation | None = policies.organisation(named)
    else:
        here = policies.organisations()
        g.organisation = _organisation_of_person(policies) or (here[0] if len(here) == 1 else None)


def _organisation_of_person(policies: Policies) -> Organisation | None:
    """Where the member of staff works, or what serves the citizen's home municipality."""
    if isinstance(g.person, StaffMember):
        return next((each for each in policies.organisations() if each.key == g.person.organisation), None)
    return policies.serving(citizens.municipality_of(g.db, g.person)) if g.person else None


def clause_text(policy: Policy, clause_id: str) -> str:
    """What the clause says, in the reader's language."""
    texts = policy.clause(clause_id).texts
    return texts.get(language()) or texts["fi"]
