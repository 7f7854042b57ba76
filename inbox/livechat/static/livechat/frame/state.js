// What all parts of the chat share: what the channel said of itself, where the visitor is, and news among the parts.
export const config = JSON.parse(document.getElementById("config").textContent);
export const base = `/chat/${config.key}/`;

// `page` and `context` come from the site; `isOpen` is the panel's state, `isPhone` that it is the whole screen.
export const here = { page: {}, context: undefined, isOpen: false, isPhone: false, asksConsent: config.consent_text !== null, consent: false };

const bus = new EventTarget();
export const tell = (name, detail = {}) => bus.dispatchEvent(new CustomEvent(name, { detail }));
export const hear = (name, heard) => bus.addEventListener(name, ({ detail }) => heard(detail));

// A sentence in the visitor's language, its {gaps} filled in.
export const words = (name, values = {}) => config.strings[name].replace(/\{(\w+)\}/g, (gap, one) => values[one] ?? gap);

export const mayTalk = () => !here.asksConsent || here.consent;
