/** `tribune/config`: what a configuration file imports. */
export { defineDao, daoSchema, type DaoConfig, type DaoDefinition } from "../config/schema.js";
export { LOCAL_ACCOUNTS } from "../config/localAccounts.js";
export { ConfigError, parseDao } from "../config/parse.js";
export { checkDao } from "../config/checks/checkDao.js";
export type { Problem } from "../config/checks/problem.js";
