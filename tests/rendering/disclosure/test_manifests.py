from rendering.disclosure.manifests import actions, lineage, render_assertion, source_types


def _manifest(name: str, *, parent: str | None = None, render_id: str | None = None) -> dict:
    action = {"action": "c2pa.created", "digitalSourceType": f"http://example.org/{name}"}
    assertions = [{"label": "c2pa.actions.v2", "data": {"actions": [action]}}]
    if render_id:
        assertions.append({"label": "org.likeness.render", "data": {"render_id": render_id}})
    ingredients = [{"relationship": "inputTo", "active_manifest": "other"}]
    if parent:
        ingredients.append({"relationship": "parentOf", "active_manifest": parent})
    return {"assertions": assertions, "ingredients": ingredients}


def test_history_follows_parents_and_no_other_ingredient():
    store = {
        "active_manifest": "b",
        "manifests": {"a": _manifest("a", render_id="rnd_1"), "b": _manifest("b", parent="a"), "other": _manifest("x")},
    }
    assert source_types(store) == ["http://example.org/b", "http://example.org/a"]
    assert render_assertion(store) == {"render_id": "rnd_1"}


def test_a_history_that_bites_its_tail_ends():
    store = {"active_manifest": "a", "manifests": {"a": _manifest("a", parent="b"), "b": _manifest("b", parent="a")}}
    assert len(list(lineage(store))) == 2


def test_strange_shapes_are_passed_over():
    assertions = [
        {"label": "c2pa.actions", "data": "text"},
        {"label": "c2pa.actions", "data": {"actions": ["text", {"digitalSourceType": 7}]}},
        {"label": "org.likeness.render", "data": ["a"]},
        {},
    ]
    manifest = {"assertions": assertions}
    store = {"active_manifest": "a", "manifests": {"a": manifest}}
    assert actions(manifest) == [{"digitalSourceType": 7}]
    assert source_types(store) == []
    assert render_assertion(store) == {}
    assert list(lineage({})) == []
