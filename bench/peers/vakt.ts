import { policiesOf } from '../workload.ts';
import type { Peer } from './peer.ts';
import { pythonPeer } from './python-peer.ts';

/** vakt of PyPI with its checker for the kind of policies; a decision at 100,000 takes seconds. */
export function vakt(checker: 'regex' | 'rules'): Peer {
  return {
    subject: 'vakt',
    most: 100_000,
    load: (workload, n) =>
      pythonPeer(
        { subject: 'vakt', variant: `Guard.is_allowed_check, ${checker} checker`, kind: 'vakt', argument: checker },
        policiesOf(workload, n),
      ),
  };
}
