// Compiled, not run: what is written for casbin's types takes ours.
import type * as casbin from 'casbin';
import type * as indexed from '../src/index.ts';

type Assert<T extends true> = T;
type Is<One, Other> = [One] extends [Other] ? true : false;

/**
 * The whole module. `default` is what the compiler adds to a CommonJS module; the cached and the synced enforcer and
 * the filtered adapter have private members in casbin, and no class but their own is assignable to those.
 */
export type Module = Assert<
  Is<
    typeof indexed,
    Omit<
      typeof casbin,
      | 'default'
      | 'CachedEnforcer'
      | 'SyncedEnforcer'
      | 'newCachedEnforcer'
      | 'newSyncedEnforcer'
      | 'DefaultFilteredAdapter'
    >
  >
>;

export type Enforcers = [
  Assert<Is<indexed.Enforcer, casbin.Enforcer>>,
  Assert<Is<indexed.CachedEnforcer, casbin.Enforcer>>,
  Assert<Is<indexed.SyncedEnforcer, casbin.Enforcer>>,
  Assert<Is<indexed.FastEnforcer, casbin.Enforcer>>,
];

/** Types that are no values are those of casbin. */
export type Types = [
  Assert<Is<indexed.Adapter, casbin.Adapter>>,
  Assert<Is<casbin.Adapter, indexed.Adapter>>,
  Assert<Is<indexed.BatchAdapter, casbin.BatchAdapter>>,
  Assert<Is<indexed.UpdatableAdapter, casbin.UpdatableAdapter>>,
  Assert<Is<indexed.FilteredAdapter, casbin.FilteredAdapter>>,
  Assert<Is<indexed.FileSystem, casbin.FileSystem>>,
  Assert<Is<indexed.IPolicyParser, casbin.IPolicyParser>>,
  Assert<Is<indexed.Watcher, casbin.Watcher>>,
  Assert<Is<indexed.WatcherEx, casbin.WatcherEx>>,
  Assert<Is<indexed.RoleManager, casbin.RoleManager>>,
  Assert<Is<indexed.MatchingFunc, casbin.MatchingFunc>>,
  Assert<Is<indexed.MatchingFunction, casbin.MatchingFunction>>,
  Assert<Is<indexed.Effector, casbin.Effector>>,
  Assert<Is<indexed.EffectorStream, casbin.EffectorStream>>,
  Assert<Is<indexed.Logger, casbin.Logger>>,
  Assert<Is<indexed.ConfigInterface, casbin.ConfigInterface>>,
];

/** A subclass of casbin's enforcer can be made with our function, and ours with casbin's. */
declare const newEnforcerWithClass: typeof indexed.newEnforcerWithClass;
declare const theirNewEnforcerWithClass: typeof casbin.newEnforcerWithClass;
declare const Theirs: typeof casbin.Enforcer;
declare const Ours: typeof indexed.Enforcer;
export const made: readonly [Promise<casbin.Enforcer>, Promise<indexed.Enforcer>] = [
  newEnforcerWithClass(Theirs),
  theirNewEnforcerWithClass(Ours),
];
