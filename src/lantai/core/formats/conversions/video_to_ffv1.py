"""Video to FFV1 in Matroska 录像转 FFV1/MKV, picture by picture the same."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from lantai.core.formats.conversions.audio_to_wav import has_sound, pcm_track, samples_of
from lantai.core.formats.format import Unreadable, damaged
from lantai.core.formats.migration import Migration, Proof

_PICTURES = {"yuv420p", "yuv422p", "yuv444p", "yuv420p10le", "yuv422p10le", "yuv444p10le", "bgr0",
             "gray"}  # fmt: skip


class VideoToFfv1(Migration):
    """Lossless, each slice with its checksum (RFC 9043, RFC 9559)."""

    id = "video-to-ffv1"
    label_zh = "录像转 FFV1/MKV"
    label_en = "Video to FFV1 in Matroska"
    sources = frozenset({"video"})
    target = "FFV1/MKV"
    extension = "mkv"
    puids = frozenset({"fmt/569"})
    order = 40

    def convert(self, source: Path, kind: str, target: Path) -> None:
        """Decode; write FFV1 version 3 and, where there is sound, PCM."""
        import av

        try:
            with av.open(str(source)) as old, av.open(str(target), "w", format="matroska") as new:
                sound = [old.streams.audio[0]] if old.streams.audio else []
                tracks = [old.streams.video[0], *sound]
                ways = {track.index: _way(track, new) for track in tracks}
                for packet in old.demux(*tracks):
                    for frame in packet.decode():
                        new.mux(ways[packet.stream_index](frame))
                for way in ways.values():
                    new.mux(way(None))
        except (av.FFmpegError, OSError, ValueError, IndexError) as fault:
            raise damaged(fault) from fault

    def prove(self, source: Path, kind: str, target: Path) -> list[Proof]:
        """As many pictures, and the same dots in each; the sound sample by sample."""
        before, after = _pictures(source), _pictures(target)
        proofs = [Proof("画面 pictures", before[:28], after[:28], before == after)]
        if has_sound(source):
            old, new = samples_of(source), samples_of(target)
            proofs.append(Proof("采样 samples", old[:24], new[:24], old == new))
        return proofs


def _way(track: Any, container: Any) -> Callable[[Any], list[Any]]:
    """From a decoded frame (None: the end) to the packets to write."""
    if track.type == "audio":
        made, resampler = pcm_track(track, container)

        def sound(frame: Any) -> list[Any]:
            packets = [p for part in resampler.resample(frame) for p in made.encode(part)]
            return packets + (list(made.encode(None)) if frame is None else [])

        return sound
    picture = str(track.codec_context.pix_fmt)
    if picture not in _PICTURES:
        raise Unreadable(
            "not-for-this", f"像素格式 {picture} 不能无损转换", f"no lossless way for {picture}"
        )
    made = container.add_stream("ffv1", rate=track.average_rate or 25)
    made.width, made.height, made.pix_fmt = track.width, track.height, picture
    made.options = {"level": "3", "slicecrc": "1", "slices": "4"}
    made.time_base = track.time_base
    return lambda frame: list(made.encode(frame))


def _pictures(path: Path) -> str:
    import av

    hasher, count = hashlib.sha256(), 0
    with av.open(str(path)) as container:
        for frame in container.decode(container.streams.video[0]):
            for dots in _dots(frame):
                hasher.update(dots)
            count += 1
    return f"{count}: {hasher.hexdigest()[:16]}"


def _dots(frame: Any) -> Iterator[bytes]:
    """Each plane without what pads its lines."""
    import numpy

    name = frame.format.name
    each = 4 if name == "bgr0" else 2 if name.endswith("le") else 1
    for plane in frame.planes:
        lines = numpy.frombuffer(plane, numpy.uint8)[: plane.line_size * plane.height]
        yield lines.reshape(plane.height, plane.line_size)[:, : plane.width * each].tobytes()
