"""A model field for a short list of codes, stored as text so that both databases can filter it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Lookup


class CodeListField(models.CharField):
    """A list of codes such as ``["K2", "S1"]``, stored as ``" K2 S1 "``.

    ``filter(fields__has="K2")`` finds rows whose list holds the code. Codes hold no blanks and keep
    their order. Allowed codes are given as ``codes``; without them every code is allowed.
    """

    empty_strings_allowed = True

    def __init__(self, *args: Any, codes: Iterable[str] = (), **kwargs: Any) -> None:
        self.codes = tuple(codes)
        kwargs.setdefault("max_length", 400)
        kwargs.setdefault("default", list)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        # The allowed codes are no part of the table: a longer list needs no migration.
        return super().deconstruct()

    def to_python(self, value: Any) -> Any:
        if value is None:
            return []
        if isinstance(value, str):
            return value.replace(",", " ").replace(";", " ").replace("|", " ").split()
        return [str(code) for code in value]

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return value.split() if value is not None else None

    def get_prep_value(self, value: Any) -> Any:
        codes = [str(code) for code in self.to_python(value)]
        return f" {' '.join(codes)} " if codes else ""

    def value_to_string(self, obj: models.Model) -> str:
        codes: list[str] = self.to_python(self.value_from_object(obj))
        return " ".join(codes)

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        codes = list(dict.fromkeys(self.to_python(value)))
        if not codes and not self.blank:
            raise ValidationError(self.error_messages["blank"], code="blank")
        unknown = [code for code in codes if self.codes and code not in self.codes]
        if unknown:
            known = ", ".join(self.codes)
            raise ValidationError(
                f"„{', '.join(unknown)}“ ist unbekannt. Möglich sind: {known}.", code="invalid"
            )
        self.run_validators(self.get_prep_value(codes))
        return codes


@CodeListField.register_lookup
class Has(Lookup):
    """``field__has=code``: the list holds the code."""

    lookup_name = "has"

    def get_prep_lookup(self) -> str:
        code = str(self.rhs).replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
        return f"% {code} %"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, left_values = self.process_lhs(compiler, connection)
        return f"{left} LIKE %s ESCAPE '\\'", (*left_values, self.rhs)
