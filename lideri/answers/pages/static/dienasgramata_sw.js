// The service worker of «Palīdzības dienasgrāmata», and of nothing else. It keeps a shell that is the same for everybody and
// the files it is made of; pages with somebody's data are never kept. `SETTINGS` is put before this file by the server.
"use strict";
const CACHE = `lideri-dienasgramata-${SETTINGS.version}`;
const PATIENCE = 6000; // ms; a connection that is slower than this is none

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    // Without cookies: what is kept is what somebody gets who has not logged in.
    await Promise.all([SETTINGS.shell, ...SETTINGS.files].map(async (address) => {
      const answer = await fetch(address, { credentials: "omit", cache: "reload" });
      if (!answer.ok || answer.redirected) throw new Error(`not to be kept: ${address}`);
      await cache.put(address, answer);
    }));
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith("lideri-dienasgramata-") && name !== CACHE);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  })());
});

const inTime = (request) => new Promise((resolve, reject) => {
  const timer = setTimeout(() => reject(new Error("too slow")), PATIENCE);
  fetch(request).then(resolve, reject).finally(() => clearTimeout(timer));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  const isPage = request.mode === "navigate" && address.pathname === SETTINGS.page;
  const isFile = SETTINGS.files.includes(address.pathname);
  if (!isPage && !isFile) return;
  event.respondWith((async () => {
    try {
      const answer = await inTime(request);
      if (![502, 503, 504].includes(answer.status)) return answer;
      return (isPage && (await caches.match(SETTINGS.shell))) || answer;
    } catch (error) {
      const kept = await caches.match(isPage ? SETTINGS.shell : address.pathname, { cacheName: CACHE });
      if (kept) return kept;
      throw error;
    }
  })());
});
