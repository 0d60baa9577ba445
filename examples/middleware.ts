// An enforcement point for a web server: middleware in the shape that Express and its like use.
//   node --conditions=cardea-source examples/middleware.ts
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { allow, entity, Guard, type Inquiry, MemoryStorage } from 'cardea';
import { isIn } from 'cardea/rules';

type Next = () => void;
type Middleware = (request: IncomingMessage, response: ServerResponse, next: Next) => Promise<void>;

/** Lets a request pass only when the guard allows it. What cannot be asked, or goes wrong, is refused. */
function authorize(guard: Guard, toInquiry: (request: IncomingMessage) => Inquiry): Middleware {
  return async (request, response, next) => {
    const answer = await decide(guard, () => toInquiry(request));
    if (answer === 'allow') return next();
    response.writeHead(answer === undefined ? 400 : 403, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: 'refused', outcome: answer ?? 'not decided' }));
  };
}

async function decide(guard: Guard, ask: () => Inquiry): Promise<string | undefined> {
  try {
    return (await guard.check(ask())).outcome;
  } catch {
    // The request could not be made into an inquiry; the guard itself never rejects.
    return undefined;
  }
}

const guard = new Guard(
  new MemoryStorage([
    allow({
      uid: 'staff-read-orders',
      subjects: [{ type: 'user', role: isIn('clerk', 'manager') }],
      actions: ['GET'],
      resources: ['/orders/<[0-9]+>'],
    }),
  ]),
);

// Where the user really comes from is your authentication; here it is two made-up tokens.
const USERS: ReadonlyMap<string, string> = new Map([
  ['token-of-ann', 'clerk'],
  ['token-of-bob', 'customer'],
]);
const protect = authorize(guard, (request) => {
  const role = USERS.get(request.headers.authorization ?? '') ?? 'anonymous';
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  return { subject: entity('user', 'somebody', { role }), action: request.method ?? '', resource: pathname };
});

const server = createServer((request, response) => void protect(request, response, () => response.end('order 17')));
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const address = server.address();
const origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;

for (const [token, path] of [
  ['token-of-ann', '/orders/17'],
  ['token-of-bob', '/orders/17'],
  ['token-of-ann', '/orders/../users/1'],
  ['token-of-ann', '//'],
] as const) {
  const response = await fetch(`${origin}${path}`, { headers: { authorization: token } });
  console.log(token, path, response.status, await response.text());
}
server.close();
