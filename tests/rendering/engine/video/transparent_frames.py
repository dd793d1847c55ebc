"""Reading a transparent WebM back, alpha and all."""

from pathlib import Path

import av
import numpy as np


def read_transparent(path: Path) -> np.ndarray:
    """All frames (n, H, W, 4) uint8 of the WebM at `path`.

    FFmpeg's own VP9 decoder passes the alpha over; libvpx reads it from what lies beside each block.
    """
    decoder = av.CodecContext.create("libvpx-vp9", "r")
    with av.open(str(path)) as file:
        packets = [packet for packet in file.demux(video=0) if packet.size]
        decoded = [frame for packet in packets for frame in decoder.decode(packet)]
    return np.stack([frame.to_ndarray(format="rgba") for frame in decoded + list(decoder.decode(None))])
