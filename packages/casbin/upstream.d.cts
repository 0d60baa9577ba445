export * from 'casbin';
