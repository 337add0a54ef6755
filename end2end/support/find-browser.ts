// Prints the path of the browser the tests would use; exit code 1 when there is none.
import { findBrowser } from "./browser.ts";

const path = findBrowser();
if (path === undefined) process.exit(1);
console.log(path);
