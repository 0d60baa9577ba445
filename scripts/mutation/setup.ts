import fc from 'fast-check';
import { configureProperties } from '../../test/runs.ts';

configureProperties();
// A mutant is killed by any counterexample: to look for the smallest takes longer than all else.
fc.configureGlobal({ ...fc.readConfigureGlobal(), endOnFailure: true });
