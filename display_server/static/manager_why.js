import { part } from "/static/manager_words.js";
export async function tellWhy() {}
