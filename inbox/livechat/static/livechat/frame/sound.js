// Two soft notes for an answer, where the visitor wants them. Browsers play nothing before he has done something here.
import { config, hear, here } from "./state.js";
import { store } from "./store.js";

let audio = null;

export const isLoud = () => store.get("sound") ?? config.plays_sound;
export const setLoud = (on) => store.set("sound", on);

addEventListener("pointerdown", unlock, { once: true });
addEventListener("keydown", unlock, { once: true });

function unlock() {
  audio ??= globalThis.AudioContext ? new AudioContext() : null;
}

export function play() {
  if (!audio || !isLoud()) return;
  [[660, 0], [880, 0.09]].forEach(([pitch, after]) => {
    const [tone, volume] = [audio.createOscillator(), audio.createGain()];
    const at = audio.currentTime + after;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, at);
    volume.gain.exponentialRampToValueAtTime(0.08, at + 0.015);
    volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.32);
    tone.connect(volume).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 0.35);
  });
}

hear("arrived", () => (document.hidden || !here.isOpen || !document.hasFocus()) && play());
