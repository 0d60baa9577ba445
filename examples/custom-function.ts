// A function of your own: pure, named, and so serialisable. Policies call it by its name.
//   node --conditions=cardea-source examples/custom-function.ts
import { allow, defineFunction, formatExplanation, Guard, MemoryStorage } from 'cardea';
import { custom } from 'cardea/rules';

/** The Luhn check digit of ISO/IEC 7812-1: the last digit of a card number makes the sum a multiple of ten. */
export const hasCheckDigit = defineFunction({
  name: 'card.hasCheckDigit',
  meaning: 'the last digit of the card number fits the others',
  call: ([number]) => (typeof number === 'string' ? luhn(number) : undefined), // undefined means unknown
});

const guard = new Guard(
  new MemoryStorage([
    allow({
      uid: 'cards-open-the-door',
      subjects: [{ card: custom('card.hasCheckDigit') }],
      actions: ['open'],
      resources: ['door'],
    }),
  ]),
  { functions: [hasCheckDigit] },
);

for (const card of ['79927398713', '79927398710', 79927398713]) {
  const explanation = await guard.explain({ subject: { card }, action: 'open', resource: 'door' });
  console.log(formatExplanation(explanation, { style: 'text' }));
}

function luhn(digits: string): boolean {
  const sum = digits
    .split('')
    .reverse()
    .reduce((total, digit, at) => {
      const value = Number(digit) * (at % 2 === 0 ? 1 : 2);
      return total + (value > 9 ? value - 9 : value);
    }, 0);
  return /^\d+$/.test(digits) && sum % 10 === 0;
}
