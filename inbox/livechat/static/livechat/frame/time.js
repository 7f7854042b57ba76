// Times as the visitor reads them: in the chat's language and his own zone.
import { config, words } from "./state.js";

const tag = { "zh-hans": "zh-Hans", "zh-hant": "zh-Hant" }[config.language] ?? config.language;
// A browser's own variant of the language knows whether noon is 12:00 or 12 PM.
const locale = navigator.languages.find((one) => one.startsWith(`${tag}-`)) ?? tag;
const clock = new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit" });
const day = new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long" });
const older = new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", year: "numeric" });
const weekday = new Intl.DateTimeFormat(locale, { weekday: "long" });
const DAY = 86_400_000;

const midnight = (at) => new Date(at).setHours(0, 0, 0, 0);
// Days from today; rounding takes care of those with 23 or 25 hours.
const away = (at) => Math.round((midnight(at) - midnight(Date.now())) / DAY);

export const timeOf = (at) => clock.format(new Date(at));
export const isSameDay = (one, other) => midnight(one) === midnight(other);

export function dayOf(at) {
  const days = away(at);
  if (days === 0) return words("today");
  if (days === -1) return words("yesterday");
  return (days < -300 ? older : day).format(new Date(at));
}

// When somebody is back: "Back tomorrow at 09:00".
export function opening(at) {
  const time = timeOf(at);
  const days = away(at);
  const name = days === 0 ? "at_today" : days === 1 ? "at_tomorrow" : "at_day";
  const when = words(name, { time, day: (days < 7 ? weekday : day).format(new Date(at)) });
  return words("opens", { when });
}

export function sizeOf(bytes) {
  const [unit, value] = bytes < 1_048_576 ? ["kilobyte", bytes / 1024] : ["megabyte", bytes / 1_048_576];
  return new Intl.NumberFormat(locale, { style: "unit", unit, maximumFractionDigits: value < 10 ? 1 : 0 }).format(value);
}
