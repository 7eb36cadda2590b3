// How loud something is, and whether somebody speaks. Pure.

// 0 for silence (-60 dB and less) to 1 for as loud as it goes: as the ear counts, not as the samples do.
export function levelOf(squares: number, count: number): number {
  if (count === 0 || squares === 0) {
    return 0;
  }
  const decibels = 10 * Math.log10(squares / count);
  return Math.min(1, Math.max(0, (decibels + 60) / 60));
}

// Whether the microphone hears a voice: louder than the room has been. For what the page shows at once; what counts
// as speech is the server's to say.
export class VoiceEar {
  private floor = 0.1;
  private loud = 0;
  private hold = 0;

  // One level for each 20 ms.
  hear(level: number): boolean {
    // The room gets quieter quickly and louder slowly, so that a long word does not become the room.
    this.floor += (level - this.floor) * (level < this.floor ? 0.2 : 0.002);
    this.loud = level > Math.max(0.25, this.floor + 0.15) ? this.loud + 1 : 0;
    // 40 ms are a voice, clicks are shorter; and between two words it goes on for half a second.
    this.hold = this.loud >= 2 ? 25 : Math.max(0, this.hold - 1);
    return this.hold > 0;
  }
}
