"""Sound to WAV 录音转 WAV (PCM), sample by sample the same as the original decodes to."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from lantai.core.formats.format import damaged
from lantai.core.formats.migration import Migration, Proof


class AudioToWav(Migration):
    """Uncompressed, as DA/T 63 wants precious recordings kept."""

    id = "audio-to-wav"
    label_zh = "录音转 WAV"
    label_en = "Sound to WAV"
    sources = frozenset({"mp3", "flac", "audio"})
    target = "WAV"
    extension = "wav"
    puids = frozenset({"fmt/141", "fmt/142", "fmt/143", "fmt/6", "fmt/703", "fmt/704"})
    order = 20

    def convert(self, source: Path, kind: str, target: Path) -> None:
        """Decode, write as 16 or 32 bit PCM."""
        import av

        try:
            with av.open(str(source)) as old, av.open(str(target), "w", format="wav") as new:
                track = old.streams.audio[0]
                made, resampler = pcm_track(track, new)
                for frame in old.decode(track):
                    for part in resampler.resample(frame):
                        new.mux(made.encode(part))
                for part in resampler.resample(None):
                    new.mux(made.encode(part))
                new.mux(made.encode(None))
        except (av.FFmpegError, OSError, ValueError, IndexError) as fault:
            raise damaged(fault) from fault

    def prove(self, source: Path, kind: str, target: Path) -> list[Proof]:
        """A digest over all samples of both."""
        before, after = samples_of(source), samples_of(target)
        return [Proof("采样 samples", before[:24], after[:24], before == after)]


def pcm_track(track: Any, container: Any) -> tuple[Any, Any]:
    """A PCM track like this one in another container, and what turns frames into its samples."""
    import av

    wide = track.codec_context.format.bytes > 2
    made = container.add_stream("pcm_s32le" if wide else "pcm_s16le", rate=track.rate)
    made.layout = track.layout.name
    return made, av.AudioResampler("s32" if wide else "s16", track.layout.name, track.rate)


def has_sound(path: Path) -> bool:
    """Is there a sound track?"""
    import av

    with av.open(str(path)) as container:
        return bool(container.streams.audio)


def samples_of(path: Path) -> str:
    """A digest over all samples of the first sound track, and how many bytes they are."""
    import av

    hasher, count = hashlib.sha256(), 0
    with av.open(str(path)) as container:
        track = container.streams.audio[0]
        resampler = av.AudioResampler("s32", track.layout.name, track.rate)
        for frame in container.decode(track):
            for part in resampler.resample(frame):
                data = part.to_ndarray().tobytes()
                hasher.update(data)
                count += len(data)
        for part in resampler.resample(None):
            hasher.update(part.to_ndarray().tobytes())
    return f"{hasher.hexdigest()[:16]} {count}"
