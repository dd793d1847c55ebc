"""What torch learns is what numpy runs."""

import numpy as np
import torch

from rendering.engine.speech import ears
from rendering.engine.speech.ears import BANDS, CLASSES
from training.network import MouthShapes, write_weights


def a_network() -> MouthShapes:
    torch.manual_seed(0)
    network = MouthShapes()
    with torch.no_grad():  # as if it had been taught: norms that do something
        for norm in network.norms:
            norm.weight.uniform_(0.5, 1.5)
            norm.bias.normal_(0, 0.3)
            norm.running_mean.normal_(0, 0.3)
            norm.running_var.uniform_(0.5, 2)
    return network.eval()


def test_the_weights_that_are_written_answer_as_the_network_did(tmp_path, monkeypatch):
    network = a_network()
    write_weights(network, tmp_path / "mouth-shapes.npz")
    given = np.random.default_rng(0).standard_normal((300, 2 * BANDS)).astype(np.float32)
    monkeypatch.setenv("LIKENESS_MODELS_DIR", str(tmp_path))
    ears._weights.cache_clear()
    try:
        answers = ears._run(given)
    finally:
        ears._weights.cache_clear()
    with torch.no_grad():
        told = network(torch.from_numpy(given.T[None].copy()))[0].numpy().T
    assert answers.shape == told.shape == (150, len(CLASSES) + 1)
    assert np.abs(answers - told).max() < 0.03 * np.abs(told).max()  # 16 bits


def test_it_is_small():
    assert sum(parameter.numel() for parameter in MouthShapes().parameters()) < 500_000
