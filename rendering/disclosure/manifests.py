"""What C2PA manifests look like when read: the few facts that a clip's history is asked for."""

from collections.abc import Iterator
from typing import Any

Manifest = dict[str, Any]

# Examining a file must never make this machine talk to an address that the file names
OFFLINE: Manifest = {"verify": {"remote_manifest_fetch": False, "ocsp_fetch": False}}
RENDER_ASSERTION = "org.likeness.render"


def lineage(store: Manifest) -> Iterator[Manifest]:
    """The active manifest of a manifest store as read, then its parents, newest first."""
    manifests = store.get("manifests") or {}
    label = store.get("active_manifest")
    seen: set[str] = set()
    while isinstance(label, str) and label in manifests and label not in seen:
        seen.add(label)
        yield manifests[label]
        parents = [one for one in manifests[label].get("ingredients") or () if one.get("relationship") == "parentOf"]
        label = parents[0].get("active_manifest") if parents else None


def actions(manifest: Manifest) -> list[Manifest]:
    """The actions that `manifest` lists, in order."""
    return [
        action
        for assertion in manifest.get("assertions") or ()
        if str(assertion.get("label", "")).startswith("c2pa.actions")
        for action in _data(assertion).get("actions") or ()
        if isinstance(action, dict)
    ]


def source_types(store: Manifest) -> list[str]:
    """The digital source types (URIs) that the actions of the active manifest and its parents state, newest first."""
    found = [action.get("digitalSourceType") for manifest in lineage(store) for action in actions(manifest)]
    return [uri for uri in found if isinstance(uri, str)]


def render_assertion(store: Manifest) -> Manifest:
    """What the newest manifest with an assertion of ours says of the render; empty without one."""
    for manifest in lineage(store):
        for assertion in manifest.get("assertions") or ():
            if assertion.get("label") == RENDER_ASSERTION:
                return _data(assertion)
    return {}


def _data(assertion: Manifest) -> Manifest:
    """An assertion's data where it is a table; what anybody may have put there instead is passed over."""
    data = assertion.get("data")
    return data if isinstance(data, dict) else {}
