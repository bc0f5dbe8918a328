package io.greenlang.metrics.spring.boot;

import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The application of a user: a controller and a pool of connections, without code for metrics. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@RestController
public class ShopApplication {

  public static final String SECRET = "a secret of at least thirty-two bytes";

  private final DataSource database;

  ShopApplication(DataSource database) {
    this.database = database;
  }

  /** Uses the pool, and responds after a time. The metrics include this time. */
  @GetMapping("/orders")
  String orders(@RequestParam(defaultValue = "0") long micros) throws SQLException {
    database.getConnection().close();
    long end = System.nanoTime() + TimeUnit.MICROSECONDS.toNanos(micros);
    for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
    return "[]";
  }

  /** Starts the application on a free port. */
  public static ConfigurableApplicationContext start(Class<?> security, String... arguments) {
    SpringApplication application = new SpringApplication(ShopApplication.class, security);
    String[] all = new String[arguments.length + 3];
    all[0] = "--server.port=0";
    all[1] = "--spring.main.banner-mode=off";
    all[2] = "--spring.application.name=shop";
    System.arraycopy(arguments, 0, all, 3, arguments.length);
    return application.run(all);
  }

  /** Returns the address of a path on the application's port. */
  public static String address(ConfigurableApplicationContext context, String path) {
    return "http://localhost:"
        + context.getEnvironment().getRequiredProperty("local.server.port")
        + path;
  }
}
