// The page around the frame: what it tells, and what it is told. Nobody else is listened to.
import { config } from "./state.js";

let parent = "";

const isOurs = (origin) =>
  origin === location.origin ||
  config.origins.some((one) => {
    const [scheme, host] = one.toLowerCase().split("://");
    const [itsScheme, itsHost] = origin.split("://");
    return scheme === itsScheme && (host === itsHost || (host.startsWith("*.") && itsHost.endsWith(host.slice(1))));
  });

export function listen(heard) {
  addEventListener("message", ({ source, origin, data }) => {
    if (source !== window.parent || data?.chat !== config.key || !isOurs(origin)) return;
    parent = origin;
    heard[data.do]?.(data);
  });
}

export const post = (did, values = {}) => parent && window.parent.postMessage({ chat: config.key, did, ...values }, parent);
export const emit = (name, detail = {}) => post("event", { name, detail });
