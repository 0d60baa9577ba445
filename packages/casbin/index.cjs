// What `require` gives: the same module as `import` does, as an object whose properties tests may replace.
Object.defineProperty(exports, '__esModule', { value: true });
Object.assign(exports, require('./dist/index.js'));
