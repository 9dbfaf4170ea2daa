"""What an application is wired to: database, vault, policies, figures, store, identity, clock."""

from dataclasses import dataclass

from flask import Flask, current_app
from sqlalchemy import Engine
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session, sessionmaker

from integrations.identity import IdentityDoor
from integrations.identity.demo import DemoDoor
from integrations.storage import FolderStore
from lending.basics.database import load_models, make_engine, make_sessions
from lending.basics.vault import Vault
from lending.cases.attachments import Store
from lending.policy.figures import Figures, load_figures
from lending.policy.policies import Policies, load_policies
from web.clock import Clock, local, make_clock
from web.config import Config, UnsafeStart

EXTENSION = "vakaa"


@dataclass
class Wiring:
    """The things an application holds for as long as it runs. Tests may replace ``clock``."""

    config: Config
    engine: Engine
    sessions: sessionmaker[Session]
    readers: sessionmaker[Session]
    policies: Policies
    figures: Figures
    store: Store
    door: IdentityDoor | None
    clock: Clock


def wiring(app: Flask | None = None) -> Wiring:
    """The wiring of ``app``, by default the one that is answering."""
    return (app or current_app).extensions[EXTENSION]


def wire(config: Config) -> Wiring:
    """Connect what ``config`` names. Reads the policy files: a mistake in one stops the start with its name."""
    from web.transaction import readers_of

    load_models()
    engine = _engine(config)
    policies = load_policies(config.policies)
    figures = load_figures(config.policies / "figures", allow_unconfirmed=config.demo)
    store = FolderStore(config.data / "store")
    sessions = make_sessions(engine, vault=Vault(config.vault_keys), policies=policies, figures=figures, store=store)
    wired = Wiring(
        config=config,
        engine=engine,
        sessions=sessions,
        readers=readers_of(engine, sessions),
        policies=policies,
        figures=figures,
        store=store,
        door=_door(config),
        clock=make_clock(config, figures),
    )
    policies.today = lambda: local(wired.clock()).date()
    return wired


def _engine(config: Config) -> Engine:
    try:
        # What is written to the database is personal: it must not come out again in the log of an error.
        engine = make_engine(config.database_url, hide_parameters=True)
    except (ArgumentError, ImportError, ValueError):
        engine = None
    # The address may hold a password: it is not repeated.
    if engine is None or engine.dialect.name not in ("sqlite", "postgresql"):
        raise UnsafeStart(
            "VAKAA_DATABASE_URL is not the address of a database: write one such as "
            "sqlite:////srv/vakaa/vakaa.sqlite3 or postgresql+psycopg://user:password@host:5432/name."
        )
    return engine


def _door(config: Config) -> IdentityDoor | None:
    if config.sign_in == "demo":
        return DemoDoor()
    return None
