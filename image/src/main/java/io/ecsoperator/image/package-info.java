/** What the build of the container images runs, and is not part of them. */
@NullMarked
package io.ecsoperator.image;

import org.jspecify.annotations.NullMarked;
