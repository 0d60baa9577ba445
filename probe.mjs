import { MongoClient } from 'mongodb';
const c = new MongoClient('mongodb://127.0.0.1:20591/', { serverSelectionTimeoutMS: 5000 });
const t0=performance.now();
try {
console.log('ping', await c.db('admin').command({ping:1}), performance.now()-t0);
console.log(await c.db('admin').admin().listDatabases());
const d = c.db('cardea_9f05d9bff983');
for (const k of await d.listCollections().toArray()) console.log(k.name, await d.collection(k.name).countDocuments(), performance.now()-t0);
} catch(e){console.log(e.message, performance.now()-t0)} 
await c.close();
