// What the server could not be given (the login has ended, the connection is down), kept in this browser until it can be.
//
// A computer may be shared, and the text is not yet masked, so a copy is sealed (AES-GCM) with a key that the server puts
// in its writer's own pages only: whoever else sits down at the computer has the box but not the key. A copy can be opened
// by its writer alone, so "is it mine?" needs no name in it. It lives until the server has the text, until anybody logs out
// here (the server's Clear-Site-Data, and clear() below), or for a day. Others' copies are left alone for that day: they
// may be the only ones. Where the browser has no sealing (plain http on a network) nothing is kept, and leaving warns.
const PREFIX = "unsaved:";
const LONGEST = 24 * 60 * 60 * 1000;

export class Chest {
  constructor(seal) {
    const bytes = Uint8Array.from(atob(seal ?? ""), (letter) => letter.charCodeAt(0));
    const can = globalThis.crypto?.subtle && bytes.length === 32;
    this.key = can ? crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]) : null;
  }

  // Keeps the fields of a form under its key; says whether that went well.
  async keep(name, fields) {
    if (!this.key) return false;
    try {
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const text = new TextEncoder().encode(JSON.stringify(fields));
      const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await this.key, text);
      localStorage.setItem(PREFIX + name, JSON.stringify({ at: Date.now(), iv: [...iv], sealed: [...new Uint8Array(sealed)] }));
      return true;
    } catch {
      return false; // storage is full or forbidden
    }
  }

  forget(name) {
    try {
      localStorage.removeItem(PREFIX + name);
    } catch { /* forbidden, so there is nothing to forget */ }
  }

  clear() {
    for (const name of names()) this.forget(name);
  }

  // The copies that this person can open, and at what time they were made; those that nobody fetched for a day go.
  async mine() {
    const found = [];
    for (const name of names()) {
      const { at, iv, sealed } = read(name);
      if (!(at > Date.now() - LONGEST)) this.forget(name);
      else if (this.key) {
        try {
          const how = { name: "AES-GCM", iv: Uint8Array.from(iv) };
          const text = await crypto.subtle.decrypt(how, await this.key, Uint8Array.from(sealed));
          found.push({ name, at, fields: JSON.parse(new TextDecoder().decode(text)) });
        } catch { /* somebody else's */ }
      }
    }
    return found;
  }
}

function names() {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)).map((key) => key.slice(PREFIX.length));
  } catch {
    return [];
  }
}

function read(name) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + name)) ?? {};
  } catch {
    return {};
  }
}
