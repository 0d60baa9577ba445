// casbin as `require` loads it, for `import` as well: casbin's own ES module is a second copy, of which `instanceof`,
// the default file system and the logger know nothing, and whose `newSyncedEnforcer` throws.
module.exports = require('casbin');
