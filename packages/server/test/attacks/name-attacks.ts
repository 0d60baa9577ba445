import { type Attack, attack, PERMITTED } from './attack.ts';

const NO = { body: '{"decision":false}' };
const TEXT = JSON.stringify(PERMITTED);
const denied = (name: string, body: string): Attack => attack(name, 200, { body }, NO);

const OF_THE_PROTOTYPE = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '__defineGetter__'];

/** Names that are more than names to programs which take them for something else. */
export const NAME_ATTACKS: readonly Attack[] = [
  ...OF_THE_PROTOTYPE.flatMap((name) => [
    denied(`the type \`${name}\` of a subject`, TEXT.replace('"user"', `"${name}"`)),
    denied(`the action \`${name}\``, TEXT.replace('"read"', `"${name}"`)),
    denied(`the type and id \`${name}\` of a resource`, TEXT.replace('"book","id":"a"', `"${name}","id":"${name}"`)),
  ]),
  denied('a type in `__proto__`', TEXT.replace('"type":"user"', '"type":"x","__proto__":{"type":"user"}')),
  denied('a type in properties', TEXT.replace('"type":"user"', '"type":"x","properties":{"type":"user"}')),
  attack('a subject in `__proto__`', 400, { body: TEXT.replace('"subject":', '"__proto__":{"subject":0},"subjec":') }),
  attack('an id in `constructor`', 400, { body: TEXT.replace('"id":"alice"', '"constructor":{"id":"alice"}') }),
  denied('a name with another kind of space', TEXT.replace('"user"', '"user\\u00a0"')),
  denied('a name with NUL at its end', TEXT.replace('"user"', '"user\\u0000"')),
  denied('a name that is only written alike', TEXT.replace('"user"', '"us\\u0435r"')),
  denied('a name in capitals', TEXT.replace('"read"', '"READ"')),
  denied('a name that is only equivalent', TEXT.replace('"book"', '"boo\\u212a"')),
  denied('a type that has the colon of a name', TEXT.replace('"book","id":"a"', '"book:a","id":""')),
  denied('a pattern', TEXT.replace('"read"', '"<.*>"')),
  denied('a star', TEXT.replace('"read"', '"*"')),
  denied('a rule', TEXT.replace('"id":"a"', '"id":"b","properties":{"type":{"$any":true}}')),
  denied('SQL', TEXT.replace('"type":"book","id":"a"', `"type":"book' OR '1'='1","id":"a' OR '1'='1"`)),
  denied('a program', TEXT.replace('"read"', '"\\"]);process.exit()//"')),
  denied('the tag of a class', TEXT.replace('"id":"a"', '"id":"b","py/object":"vakt.rules.Any"')),
  denied(
    'a reference to an entity',
    TEXT.replace('"id":"alice"', '"id":"alice","__entity":{"type":"user","id":"x"}').replace('"id":"a"', '"id":"b"'),
  ),
];
