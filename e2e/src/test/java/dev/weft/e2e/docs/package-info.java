/** Whether the pages of docs/ say what is true of the tree. */
@NullMarked
package dev.weft.e2e.docs;

import org.jspecify.annotations.NullMarked;
