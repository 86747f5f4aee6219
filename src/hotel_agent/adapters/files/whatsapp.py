"""The part of a hotel's file that names its WhatsApp number."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from attrs import frozen

from hotel_agent.adapters.files.reading import Table, a_text, a_whole_number, matching, several
from hotel_agent.domain.errors import ConfigurationError

FILLED_WITH: Final = ("hotel", "text")
"""What may fill a template's places."""

_GRAPH_ID = matching(r"[0-9]{3,32}", "the digits of an id that Meta gave, in quotes")
_VARIABLE = matching(r"[A-Za-z_][A-Za-z0-9_]*", "the name of an environment variable")
_TEMPLATE = matching(r"[a-z0-9_]{1,512}", "a template's name: lower-case letters, digits and _")
_LANGUAGE = matching(r"[a-z]{2,3}(_[A-Z]{2})?", 'a template\'s language like "es" or "es_AR"')
_PLACES = several(matching("|".join(FILLED_WITH), 'what fills the template\'s places: "hotel" or "text"'))


@frozen(kw_only=True)
class FileTemplate:
    """The template for what is said more than 24 h after the guest's last message; `body` fills its places in order."""

    name: str
    language: str
    body: tuple[str, ...]


@frozen(kw_only=True)
class WhatsAppNumber:
    """
    A hotel's number. The token is never in the file: `token_env` names an environment variable, `token_file` a file.

    `account_id` is the WhatsApp Business Account, for what `doctor` looks at.
    """

    phone_number_id: str
    account_id: str | None = None
    token_env: str | None = None
    token_file: Path | None = None
    per_second: int = 80
    template: FileTemplate | None = None

    def token(self, environment: Mapping[str, str]) -> str:
        """
        Fetch the token.

        Raises:
            ConfigurationError: there is none where the file says; the message never shows one.

        """
        if self.token_env is not None:
            where, token = "whatsapp.token_env", environment.get(self.token_env, "").strip()
            problem = f"the environment variable {self.token_env} is not set"
        else:
            assert self.token_file is not None  # noqa: S101 - the reader has made sure of one of the two
            where, problem = "whatsapp.token_file", f"{self.token_file} is empty"
            try:
                token = self.token_file.read_text("utf-8").strip()
            except (OSError, UnicodeDecodeError) as exc:
                raise ConfigurationError([f"{where}: {self.token_file} cannot be read ({type(exc).__name__})"]) from None
        if not token:
            raise ConfigurationError([f"{where}: {problem}"])
        return token


def whatsapp_of(table: Table, folder: Path) -> WhatsAppNumber:
    if table.has("token"):
        table.optional("token", a_text)
        # The value is not repeated: it may well be the token.
        table.wrong("token", "a token does not belong in this file; name where it is kept with `token_env` or `token_file`")
    variable, path = table.optional("token_env", _VARIABLE), table.optional("token_file", a_text)
    if table.has("token_env") == table.has("token_file"):
        table.wrong("token_env", "expected one of `token_env` (an environment variable) and `token_file` (a file)")
    number = WhatsAppNumber(
        phone_number_id=table.read("phone_number_id", _GRAPH_ID) or "",
        account_id=table.optional("account_id", _GRAPH_ID),
        token_env=variable,
        token_file=folder / path if path else None,
        per_second=table.given("messages_per_second", a_whole_number(1, 1000), 80),
        template=_template(table.table("template")) if table.has("template") else None,
    )
    table.finish()
    return number


def _template(table: Table) -> FileTemplate:
    body = table.optional("body", _PLACES) or ("text",)
    if "text" not in body:
        table.wrong("body", 'expected "text" among what fills the template: without it nothing would be said')
    template = FileTemplate(
        name=table.read("name", _TEMPLATE) or "",
        language=table.read("language", _LANGUAGE) or "",
        body=body,
    )
    table.finish()
    return template
