"""Sound 录音: a RIFF file of speech-like syllables and rests."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy

from lantai.core.specimens.makers.maker import Fonts, Maker
from lantai.core.specimens.records import Specimen

RATE, SYLLABLE, PAUSE = 8000, 0.19, 0.35  # hertz, seconds, seconds
_VOWELS = ((730, 1090), (270, 2290), (300, 870), (530, 1840), (570, 840))
LONGEST = 70  # syllables


class Sound(Maker):
    """Mono, 16 bits: a syllable for each character, a rest for each mark."""

    id = "wav"
    suffix = ".wav"

    def make(self, record: Specimen, path: Path, fonts: Fonts) -> list[Path]:
        """Five vowels with two formants each, pitch by the character."""
        parts = []
        clock = numpy.arange(int(RATE * SYLLABLE)) / RATE
        envelope = numpy.sin(numpy.pi * clock / SYLLABLE) ** 0.7
        for char in record.body[:LONGEST]:
            if char in "，。；：、？\n“”":
                parts.append(numpy.zeros(int(RATE * PAUSE)))
                continue
            pitch = 110 + ord(char) % 60
            voice = sum(numpy.sin(2 * numpy.pi * pitch * n * clock) / n for n in range(1, 8))
            first, second = _VOWELS[ord(char) % 5]
            colour = (
                numpy.sin(2 * numpy.pi * first * clock) * 0.6
                + numpy.sin(2 * numpy.pi * second * clock) * 0.3
            )
            parts.append(envelope * (voice * 0.5 + voice * colour * 0.5))
        samples = numpy.concatenate(parts)
        frames = (samples / max(1e-9, numpy.abs(samples).max()) * 16000).astype("<i2")
        with wave.open(str(path), "wb") as stream:
            stream.setnchannels(1)
            stream.setsampwidth(2)
            stream.setframerate(RATE)
            stream.writeframes(frames.tobytes())
        return [path]
