"""Settings: what is set, setting it, and setting it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from booktrack.domain.settings import SETTINGS, checked, known
from booktrack.errors import InvalidInput
from booktrack.services import inputs
from booktrack.services.context import Context
from booktrack.services.live_settings import TABLE, values_of
from booktrack.store.base import Transaction

JSON = dict[str, Any]


def get(ctx: Context) -> JSON:
    """Return the value of every setting that counts now; secrets are masked."""
    return {name: SETTINGS[name].shown(value) for name, value in ctx.settings.all().items()}


def update(ctx: Context, changes: Mapping[str, Any]) -> JSON:
    """Return the settings after changing those that are named.

    A value that counts already is not written: a form that sends back all that it was shown does
    not copy what the environment says, and a masked secret changes nothing.
    """
    if not changes:
        raise InvalidInput(f"nothing to change; there are the settings {', '.join(SETTINGS)}")
    values = checked(_whole_jobs(ctx, changes))
    check_sources(values)
    now = ctx.settings.all()
    keep(ctx, {name: value for name, value in values.items() if value != now[name]}, "change")
    return get(ctx)


def _whole_jobs(ctx: Context, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the changes with jobs in full: what is not told of a job stays as it is."""
    jobs = changes.get("jobs")
    if not isinstance(jobs, Mapping):
        return dict(changes)
    present = ctx.settings("jobs")
    told = {
        job: {**present.get(job, {}), **value} if isinstance(value, Mapping) else value
        for job, value in jobs.items()
    }
    return {**changes, "jobs": {**present, **told}}


def check_sources(values: Mapping[str, Any]) -> None:
    """Refuse a source that is not installed.

    Raises:
        InvalidInput: one is not.
    """
    if not values.get("sources"):
        return
    from booktrack.sources.registry import source_names

    there = source_names()
    for name in values["sources"]:
        inputs.one_of(name, there, "source that is installed")


def keep(ctx: Context, values: Mapping[str, Any], verb: str) -> None:
    """Write these values, each to the file where it belongs; a default is kept as nothing.

    The library's own are one transaction, which can be undone. Keys leave no trace in it.
    """
    if not values:
        return
    names = ", ".join(name for name in SETTINGS if name in values)
    beside = _of(values, beside=True)
    secrets = ctx.settings.secrets
    before: dict[str, Any] | None = None
    try:
        with ctx.store.transaction(f"{verb} settings: {names}", user_id=ctx.user_id) as tx:
            _keep_in_library(ctx, tx, _merged(values_of(tx), _of(values, beside=False)))
            if beside:
                before = secrets.load()
                secrets.save(_merged(before, beside))
    except BaseException:
        # What the library could not keep is not kept of the keys either.
        if before is not None:
            secrets.save(before)
        raise


def _of(values: Mapping[str, Any], *, beside: bool) -> dict[str, Any]:
    return {name: value for name, value in values.items() if SETTINGS[name].beside is beside}


def _keep_in_library(ctx: Context, tx: Transaction, values: Mapping[str, Any]) -> None:
    """Make the library hold these values, and touch no document of another setting."""
    new = dict(values)
    for doc_id, document in list(tx.all(TABLE)):
        held = document.get("values", {})
        after = {name: new.pop(name) for name in held if name in new}
        if not after:
            tx.remove(TABLE, doc_id)
        elif after != held:
            tx.put(TABLE, doc_id, {"values": after, "updated_at": ctx.now()})
    for name, value in new.items():
        tx.insert(TABLE, {"values": {name: value}, "updated_at": ctx.now()})


def _merged(before: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a file holds afterwards: of known settings only what is not the default."""
    after = {**before, **values}
    return {
        name: value
        for name, value in after.items()
        if name not in SETTINGS or value != SETTINGS[name].default
    }


def reset(ctx: Context, names: Sequence[str] | str | None) -> JSON:
    """Return the settings after setting these, or all of them, back to their defaults."""
    if names is None:
        # Whatever stands there goes, also what is no setting or stands in the wrong file.
        with ctx.store.transaction("reset settings", user_id=ctx.user_id) as tx:
            _keep_in_library(ctx, tx, {})
            if ctx.settings.secrets.stamp() is not None:
                ctx.settings.secrets.save({})
        return get(ctx)
    chosen = [known(name).name for name in inputs.texts(names, "a setting")]
    keep(ctx, {name: SETTINGS[name].default for name in chosen}, "reset")
    return get(ctx)


def info(ctx: Context) -> JSON:
    """Return what each setting is, its value and who says it, and where all of it stands."""
    values = get(ctx)
    changed = [one["updated_at"] for _, one in ctx.store.all(TABLE) if one.get("updated_at")]
    return {
        "total": len(SETTINGS),
        "settings": [
            {
                "name": name,
                "type": setting.type,
                "group": setting.group,
                "doc": setting.doc,
                "default": deepcopy(setting.default),
                "limits": deepcopy(dict(setting.limits)),
                "secret": setting.secret,
                "in_backups": not setting.beside,
                "variable": setting.variable,
                "value": values[name],
                "origin": ctx.settings.origin(name),
            }
            for name, setting in SETTINGS.items()
        ],
        "updated_at": max(changed, default=None),
        "files": {"library": str(ctx.store.path), "secrets": str(ctx.settings.secrets.path)},
    }
