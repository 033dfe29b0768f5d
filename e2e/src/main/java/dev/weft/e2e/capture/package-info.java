/**
 * What crossed the internet: reads packet captures and says of every packet whether it may be
 * there. Pure, but for reading the files.
 */
@NullMarked
package dev.weft.e2e.capture;

import org.jspecify.annotations.NullMarked;
