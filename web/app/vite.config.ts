import { defineConfig } from "vite";

// Everything relative, so that a proxy may put the server below a path of its own.
export default defineConfig({
  base: "./",
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  build: {
    target: "es2022",
    assetsDir: "assets",
    // A data: address would need a hole in the Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  worker: { format: "es" },
  // `npm run dev`: the page from here, all else from a server that runs.
  server: {
    proxy: {
      "/api": { target: "http://127.0.0.1:8000", ws: true },
      "/ws": { target: "http://127.0.0.1:8000", ws: true },
      "^/captions": { target: "http://127.0.0.1:8000", ws: true },
      "^/(ready|health|metrics|upload|action|status/.*|stt|test)$": "http://127.0.0.1:8000",
    },
  },
});
