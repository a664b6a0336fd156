// Checks a credential's signature in this browser; then asks for its state by identifier alone.
// The code: base64url( zlib( COSE_Sign1( CWT claims ) ) ) behind "#c=" (docs/verifying.md). No library; no word of any language.
"use strict";
(() => {
  const [ISSUED, IDENTIFIER, ISSUER, TITLE, HOLDER, FIELDS, VALID] = [6, 2, -65537, -65538, -65539, -65540, -65541];
  const [DIGEST, LETTER] = [-65543, -65544];
  const answer = document.getElementById("answer");
  const zh = document.documentElement.lang.startsWith("zh");
  const zone = "Asia/Shanghai";

  class Fault extends Error {
    constructor(verdict) {
      super(verdict);
      this.verdict = verdict;
    }
  }

  // ---- reading

  function fromBase64url(text) {
    if (!/^[\w-]+$/.test(text) || text.length % 4 === 1) throw new Fault("malformed");
    const bytes = Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
    if (toBase64url(bytes) !== text) throw new Fault("malformed"); // spare bits set: another text for the same bytes
    return bytes;
  }

  function toBase64url(bytes) {
    const text = btoa(Array.from(bytes, (b) => String.fromCharCode(b)).join(""));
    return text.replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
  }

  async function inflate(bytes) {
    if (bytes.length < 90 || (bytes[0] & 15) !== 8) throw new Fault("malformed");
    try {
      const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
      const all = new Uint8Array(await new Response(stream).arrayBuffer());
      if (all.length > 16384) throw new Fault("changed");
      return all;
    } catch {
      throw new Fault("changed");
    }
  }

  // CBOR, RFC 8949: definite lengths, integers, strings, arrays, maps, tags, simple values. Nothing else is ever signed.
  function decode(bytes) {
    let at = 0;
    const take = (n) => {
      if (at + n > bytes.length) throw new Fault("malformed");
      return bytes.subarray(at, (at += n));
    };
    const count = (info) => {
      if (info < 24) return info;
      const width = { 24: 1, 25: 2, 26: 4, 27: 8 }[info];
      if (!width) throw new Fault("malformed");
      return take(width).reduce((sum, b) => sum * 256 + b, 0);
    };
    const list = (n) => {
      if (n > bytes.length) throw new Fault("malformed");
      return Array.from({ length: n }, item);
    };
    function item() {
      const first = take(1)[0];
      const n = first >> 5 === 7 ? first & 31 : count(first & 31);
      switch (first >> 5) {
        case 0: return n;
        case 1: return -1 - n;
        case 2: return take(n);
        case 3: return new TextDecoder("utf-8", { fatal: true }).decode(take(n));
        case 4: return list(n);
        case 5: return new Map(list(n * 2).flatMap((v, i, all) => (i % 2 ? [] : [[v, all[i + 1]]])));
        case 6: return { tag: n, value: item() };
        default:
          if (n < 20 || n > 22) throw new Fault("malformed");
          return { 20: false, 21: true, 22: null }[n];
      }
    }
    const value = item();
    if (at !== bytes.length) throw new Fault("malformed");
    return value;
  }

  const joined = (...parts) => new Uint8Array(parts.flatMap((part) => Array.from(part)));
  const bstr = (b) => joined(b.length < 24 ? [64 + b.length] : b.length < 256 ? [88, b.length] : [89, b.length >> 8, b.length & 255], b);

  // COSE_Sign1, RFC 9052 §4.2 and §4.4.
  function takeApart(message) {
    try {
      const { tag, value } = decode(message);
      const [protectedHeader, , payload, signature] = value;
      const again = joined([0xd2, 0x84], bstr(protectedHeader), [0xa0], bstr(payload), bstr(signature));
      const header = decode(protectedHeader);
      if (tag !== 18 || toBase64url(again) !== toBase64url(message) || signature.length !== 64 || header.get(1) !== -7) throw new Fault("malformed");
      const signed = joined([0x84, 0x6a], new TextEncoder().encode("Signature1"), bstr(protectedHeader), [0x40], bstr(payload));
      return { kid: toBase64url(header.get(4)), payload, signature, signed };
    } catch {
      throw new Fault("malformed");
    }
  }

  async function open(code) {
    const { kid, payload, signature, signed } = takeApart(await inflate(fromBase64url(code)));
    const jwk = JSON.parse(answer.dataset.keys).find((key) => key.kid === kid);
    if (!jwk) throw new Fault("unknown-key");
    const { kty, crv, x, y } = jwk;
    const key = await crypto.subtle.importKey("jwk", { kty, crv, x, y }, { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
    if (!(await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, signature, signed))) throw new Fault("changed");
    return decode(payload);
  }

  // ---- asking

  async function ask(address) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), 8000);
    try {
      const reply = await fetch(address, { cache: "no-store", credentials: "omit", signal: stop.signal });
      const status = await reply.json();
      return status.state ? status : null;
    } catch {
      return null;
    } finally {
      clearTimeout(timer);
    }
  }

  // What the signed dates alone tell, when the state could not be asked.
  function byDates([from, until]) {
    const today = new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }).format(new Date());
    return today < from ? "not-yet" : until && today > until ? "expired" : "offline";
  }

  const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
  const uuid = (bytes) => hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  const statusOf = (claims) => `${answer.dataset.status}${encodeURIComponent(claims.get(IDENTIFIER))}.json`;
  const letterOf = (claims) => `${answer.dataset.letters}${uuid(claims.get(LETTER))}.json?digest=${hex(claims.get(DIGEST))}`;

  // ---- showing

  const clone = (id) => document.getElementById(id).content.cloneNode(true);
  const tr = ([first, second]) => (zh ? first : second);
  const locale = zh ? "zh-Hans-CN" : "en-GB";
  const day = (iso) => new Intl.DateTimeFormat(locale, { timeZone: "UTC", dateStyle: "long" }).format(new Date(`${iso}T00:00Z`));
  const onDay = (instant) => new Intl.DateTimeFormat(locale, { timeZone: zone, dateStyle: "long" }).format(instant);
  const minute = (instant) => new Intl.DateTimeFormat(locale, { timeZone: zone, dateStyle: "long", timeStyle: "short", hour12: false }).format(instant);

  function contentOf(claims, status) {
    const shown = clone("content");
    const slot = (name) => shown.querySelector(`[data-slot="${name}"]`);
    const put = (name, text) => (text ? (slot(name).textContent = text) : slot(name).parentElement.remove());
    const [from, until] = claims.get(VALID);
    put("title", tr(claims.get(TITLE)));
    put("holder", claims.get(HOLDER)[0]);
    put("holder_code", claims.get(HOLDER)[1]);
    put("issuer", tr(claims.get(ISSUER)));
    put("issued", onDay(new Date(claims.get(ISSUED) * 1000)));
    put("valid", `${day(from)} ${answer.dataset.to} ${until ? day(until) : answer.dataset.noEnd}`);
    put("identifier", claims.get(IDENTIFIER));
    put("since", status && status.state !== "valid" && status.since && day(status.since));
    put("asked", status && minute(new Date(status.asked_at)));
    for (const [zhLabel, enLabel, value] of claims.get(FIELDS)) {
      const row = clone("field");
      row.querySelector("[data-label]").textContent = tr([zhLabel, enLabel]);
      row.querySelector("[data-slot]").textContent = value;
      slot("issuer").parentElement.before(row);
    }
    return shown;
  }

  function letterContentOf(claims, standing) {
    const shown = clone("letter-content");
    const slot = (name) => shown.querySelector(`[data-slot="${name}"]`);
    const put = (name, text) => (text ? (slot(name).textContent = text) : slot(name).parentElement.remove());
    put("title", tr(claims.get(TITLE)));
    put("number", claims.get(IDENTIFIER));
    put("addressee", claims.get(HOLDER)[0]);
    put("issuer", tr(claims.get(ISSUER)));
    put("issued", onDay(new Date(claims.get(ISSUED) * 1000)));
    put("digest", hex(claims.get(DIGEST)));
    put("later", standing && standing.later);
    put("since", standing && standing.state !== "stands" && standing.since && day(standing.since));
    put("asked", standing && minute(new Date(standing.asked_at)));
    shown.querySelector("[data-link]").value = location.href;
    return shown;
  }

  function show(verdict, content) {
    answer.dataset.verdict = verdict;
    answer.replaceChildren(clone(`verdict-${verdict}`), ...(content ? [content] : []));
    answer.focus({ preventScroll: true });
  }

  let asked = 0;
  async function check() {
    const code = location.hash.startsWith("#c=") ? location.hash.slice(3) : "";
    if (!code) return;
    const mine = ++asked;
    delete answer.dataset.verdict;
    answer.replaceChildren(clone("waiting"));
    if (!window.isSecureContext || !crypto.subtle || !window.DecompressionStream) {
      document.getElementById("link").value = location.href;
      document.getElementById("by-link").open = true;
      return show("old-browser");
    }
    try {
      const claims = await open(code);
      if (claims.has(DIGEST)) {
        const standing = await ask(letterOf(claims));
        if (mine === asked) show(`letter-${standing ? standing.state : "offline"}`, letterContentOf(claims, standing));
        return;
      }
      const status = await ask(statusOf(claims));
      if (mine === asked) show(status ? status.state : byDates(claims.get(VALID)), contentOf(claims, status));
    } catch (fault) {
      if (mine === asked) show(fault.verdict || "malformed");
    }
  }

  window.addEventListener("hashchange", check);
  check();
})();
