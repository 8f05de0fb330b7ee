"""The form of one more role for somebody."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import SelectField, ValidationError
from wtforms.fields import Field

from deviations.domain.roles import Role, belongs_to_subproject
from deviations.forms.fields import EMPTY, BaseForm, choices, optional_id


class RoleForm(BaseForm):
    """A role, and for a reporter's or a lead's the subproject where it holds."""

    role = SelectField(lazy_gettext("Roll"))
    subproject = SelectField(lazy_gettext("Delprojekt"))

    def __init__(self, roles: Iterable[tuple[Any, Any]], subprojects: Iterable[tuple[Any, Any]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.role.choices = choices([("", EMPTY), *roles])
        self.subproject.choices = choices([("", lazy_gettext("Hela insatsen")), *subprojects])

    def validate_role(self, field: Field) -> None:
        """Raises ValidationError when none is chosen."""
        if not field.data:
            raise ValidationError(gettext("Välj en roll."))

    def validate_subproject(self, field: Field) -> None:
        """Raises ValidationError where role and place don't fit together."""
        if field.errors or self.role.data not in set(Role):
            return
        if belongs_to_subproject(Role(self.role.data)) is (self.place is None):
            raise ValidationError(
                gettext("Medarbetare och delprojektledare hör till ett delprojekt, övriga roller till hela insatsen.")
            )

    @property
    def place(self) -> int | None:
        """The number of the chosen subproject; None for the whole program."""
        return optional_id(self.subproject.data)
