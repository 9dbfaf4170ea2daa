"""What can be set from outside, as one frozen object. Every default is safe in production."""

import base64
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from lending.basics.vault import KEY_BYTES

ROOT = Path(__file__).resolve().parent.parent
MIB = 1024 * 1024
SECRET_KEY_MIN_CHARACTERS = 32
LARGEST_NUMBER = 1024 * MIB
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}


class UnsafeStart(Exception):
    """The configuration is missing something or would open a door; the message says what to change."""


@dataclass(frozen=True, kw_only=True)
class Config:
    """The configuration of one running Vakaa. Made by ``from_environment``; tests make their own."""

    data: Path
    database_url: str
    secret_key: str = field(repr=False)
    vault_keys: tuple[bytes, ...] = field(repr=False)
    policies: Path = ROOT / "policies"
    #: Fictional people, sign-in without identification, unconfirmed figures. Never with real data.
    demo: bool = False
    debug: bool = False
    testing: bool = False
    #: Which door of ``integrations.identity`` is open: ``none`` or ``demo``.
    sign_in: str = "none"
    session_idle_minutes: int = 30
    session_absolute_minutes: int = 8 * 60
    cookie_secure: bool = True
    #: How many reverse proxies stand in front and set ``X-Forwarded-*``. 0: believe no such header.
    trusted_proxies: int = 0
    max_form_bytes: int = 2 * MIB
    max_upload_bytes: int = 20 * MIB
    #: Several files may be sent at once; together they may weigh this much.
    max_upload_request_bytes: int = 100 * MIB
    limits: bool = True
    limits_storage: str = "memory://"
    demo_now: datetime | None = None
    log_level: str = "INFO"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None, *, demo: bool | None = None) -> "Config":
        """Read ``VAKAA_*``. ``demo`` overrules ``VAKAA_DEMO``. Raises ``UnsafeStart``.

        In demo mode the keys are made once and kept in the data folder, readable by its owner only.
        """
        read = _Reader(os.environ if environment is None else environment)
        demo = read.flag("DEMO", False) if demo is None else demo
        data = Path(read.text("DATA", "var")).absolute()
        config = cls(
            data=data,
            database_url=read.text("DATABASE_URL", f"sqlite:///{data / 'vakaa.sqlite3'}"),
            secret_key=read.text("SECRET_KEY", "") or (_kept_key(data, "secret-key") if demo else ""),
            vault_keys=_vault_keys(read.text("VAULT_KEYS", "") or (_kept_key(data, "vault-key") if demo else "")),
            policies=Path(read.text("POLICIES", str(ROOT / "policies"))),
            demo=demo,
            debug=read.flag("DEBUG", False),
            sign_in=read.text("SIGN_IN", "demo" if demo else "none"),
            session_idle_minutes=read.number("SESSION_IDLE_MINUTES", 30),
            session_absolute_minutes=read.number("SESSION_ABSOLUTE_MINUTES", 8 * 60),
            cookie_secure=read.flag("COOKIE_SECURE", not demo),
            trusted_proxies=read.number("TRUSTED_PROXIES", 0, least=0),
            max_form_bytes=read.number("MAX_FORM_BYTES", 2 * MIB),
            max_upload_bytes=read.number("MAX_UPLOAD_BYTES", 20 * MIB),
            max_upload_request_bytes=read.number("MAX_UPLOAD_REQUEST_BYTES", 100 * MIB),
            limits=read.flag("LIMITS", True),
            limits_storage=read.text("LIMITS_STORAGE", "memory://"),
            demo_now=read.moment("DEMO_NOW"),
            log_level=read.level("LOG_LEVEL"),
        )
        config.refuse_unsafe()
        return config

    def refuse_unsafe(self) -> None:
        """Raise ``UnsafeStart`` if this configuration must not meet real people."""
        if self.sign_in not in ("none", "demo"):
            raise UnsafeStart(f"VAKAA_SIGN_IN is {self.sign_in!r}; it can be none or demo.")
        if len(self.secret_key) < SECRET_KEY_MIN_CHARACTERS:
            raise UnsafeStart(f"Set VAKAA_SECRET_KEY: at least {SECRET_KEY_MIN_CHARACTERS} random characters.")
        if not self.vault_keys:
            raise UnsafeStart(f"Set VAKAA_VAULT_KEYS: keys of {KEY_BYTES} bytes in base64, the newest first.")
        if self.demo:
            return
        if self.sign_in == "demo":
            raise UnsafeStart("VAKAA_SIGN_IN=demo lets anyone in as anyone: it needs VAKAA_DEMO=1 and no real data.")
        if self.debug:
            raise UnsafeStart("VAKAA_DEBUG shows the inside to outsiders: switch it off, or use VAKAA_DEMO=1.")
        if self.demo_now:
            raise UnsafeStart("VAKAA_DEMO_NOW sets the clock: it is for demo mode only.")
        if not self.cookie_secure and not self.testing:
            raise UnsafeStart("VAKAA_COOKIE_SECURE=0 would send the sign-in over plain HTTP: leave it on.")


class _Reader:
    """Reads ``VAKAA_*`` and says which one is wrong."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def text(self, name: str, default: str) -> str:
        return self._environment.get(f"VAKAA_{name}", "").strip() or default

    def flag(self, name: str, default: bool) -> bool:
        value = self._environment.get(f"VAKAA_{name}")
        if value is None:
            return default
        if value.strip().lower() not in _TRUE | _FALSE:
            raise UnsafeStart(f"VAKAA_{name} is {value!r}; write 1 or 0.")
        return value.strip().lower() in _TRUE

    def number(self, name: str, default: int, least: int = 1) -> int:
        value = self.text(name, str(default))
        if not (value.isascii() and value.isdigit()):
            raise UnsafeStart(f"VAKAA_{name} is {value!r}; write a whole number.")
        if not least <= int(value) <= LARGEST_NUMBER:
            raise UnsafeStart(f"VAKAA_{name} is {value}; write a whole number from {least} to {LARGEST_NUMBER}.")
        return int(value)

    def level(self, name: str) -> str:
        value = self.text(name, "INFO").upper()
        if value not in LOG_LEVELS:
            raise UnsafeStart(f"VAKAA_{name} is {value!r}; it can be {', '.join(LOG_LEVELS)}.")
        return value

    def moment(self, name: str) -> datetime | None:
        value = self.text(name, "")
        if not value:
            return None
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            raise UnsafeStart(f"VAKAA_{name} is {value!r}; write a moment such as 2026-03-05T12:00+02:00.") from None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _vault_keys(text: str) -> tuple[bytes, ...]:
    try:
        keys = tuple(base64.b64decode(part, validate=True) for part in text.replace(",", " ").split())
    except ValueError:
        raise UnsafeStart(f"VAKAA_VAULT_KEYS is not base64: give keys of {KEY_BYTES} bytes in it.") from None
    if any(len(key) != KEY_BYTES for key in keys):
        raise UnsafeStart(f"Every key in VAKAA_VAULT_KEYS must be {KEY_BYTES} bytes in base64.")
    return keys


def _kept_key(data: Path, name: str) -> str:
    """The key of this name in the data folder, made at the first start."""
    make_folder(data)
    path = data / name
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode())
    except FileExistsError:
        pass
    except OSError as error:
        raise _no_folder(data, error) from None
    return path.read_text().strip()


def make_folder(data: Path, mode: int = 0o777) -> None:
    """Make the data folder, if it is not there. Raises ``UnsafeStart`` where it cannot be."""
    try:
        data.mkdir(parents=True, exist_ok=True, mode=mode)
    except OSError as error:
        raise _no_folder(data, error) from None


def _no_folder(data: Path, error: OSError) -> UnsafeStart:
    return UnsafeStart(f"VAKAA_DATA is {data}, and no folder can be used there: {error.strerror}.")
